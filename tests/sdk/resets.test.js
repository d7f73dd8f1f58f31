// The resource, its life and its relationships.
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { client, email, integration, magento, password, raw, accessToken, refused, salesChannel, url } from './support.js'

const cl = await client(integration)
const shop = await client(salesChannel)
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

test('create answers every attribute', async () => {
  const reset = await cl.customer_password_resets.create({
    customer_email: email.toUpperCase(),
    reference: 'r-1',
    reference_origin: 'shop',
    metadata: { a: { b: [1, 'ü'] } }
  })
  assert.match(reset.id, /^[A-Za-z]{10}$/)
  assert.match(reset.reset_password_token, /^[A-Za-z0-9_-]{20}$/)
  assert.doesNotMatch(reset.reset_password_token, /[lIO0]/)
  assert.equal(reset.customer_email, email)
  assert.equal(reset.reset_password_at, null)
  assert.match(reset.created_at, TIME)
  assert.equal(reset.created_at, reset.updated_at)
  assert.deepEqual([reset.reference, reset.reference_origin, reset.metadata], ['r-1', 'shop', { a: { b: [1, 'ü'] } }])
})

test('the document on the wire', async () => {
  const token = await accessToken(integration)
  const body = { data: { type: 'customer_password_resets', attributes: { customer_email: email } } }
  const answer = await raw('POST', '/api/customer_password_resets/', { token, body })
  assert.equal(answer.status, 201)
  const { data } = answer.body
  const self = `${url}/api/customer_password_resets/${data.id}`
  assert.equal(answer.headers.get('location'), self)
  assert.deepEqual(data.links, { self })
  assert.deepEqual(Object.keys(data.attributes), [
    'customer_email', 'reset_password_token', 'reset_password_at', 'created_at', 'updated_at',
    'reference', 'reference_origin', 'metadata'
  ])
  assert.deepEqual(data.attributes.metadata, {})
  assert.deepEqual(Object.keys(data.relationships), ['customer', 'events', 'event_stores'])
  assert.deepEqual(data.relationships.customer, {
    links: { self: `${self}/relationships/customer`, related: `${self}/customer` }
  })
  assert.equal(data.meta.mode, 'live')
  assert.ok(data.meta.organization_id)
  assert.match(data.meta.trace_id, /^[0-9a-f]{64}$/)
  const again = await raw('GET', `/api/customer_password_resets/${data.id}`, { token })
  assert.notEqual(again.body.data.meta.trace_id, data.meta.trace_id)
  assert.deepEqual(again.body.data.attributes, data.attributes)
})

test('update, retrieve, delete', async () => {
  const { id } = await cl.customer_password_resets.create({ customer_email: email })
  const updated = await cl.customer_password_resets.update({ id, reference: 'x', metadata: { k: 1 } })
  assert.deepEqual([updated.reference, updated.metadata], ['x', { k: 1 }])
  assert.ok(updated.updated_at >= updated.created_at)
  const emptied = await cl.customer_password_resets.update({ id, reference: null, metadata: null })
  assert.deepEqual([emptied.reference, emptied.metadata], [null, {}])
  await cl.customer_password_resets.delete(id)
  assert.equal((await refused(cl.customer_password_resets.retrieve(id))).code, 'RECORD_NOT_FOUND')
  assert.equal((await refused(cl.customer_password_resets.delete(id))).http, 404)
})

test('a storefront: integration creates, sales channel spends, Magento refuses it afterwards', async () => {
  const first = await cl.customer_password_resets.create({ customer_email: email })
  const other = await cl.customer_password_resets.create({ customer_email: email })
  const customer_password = password()
  const spent = await shop.customer_password_resets.update({
    id: first.id, customer_password, _reset_password_token: first.reset_password_token
  })
  assert.match(spent.reset_password_at, TIME)
  assert.equal(spent.updated_at, spent.reset_password_at)
  const again = { id: first.id, customer_password, _reset_password_token: first.reset_password_token }
  const second = await refused(shop.customer_password_resets.update(again))
  assert.deepEqual([second.status, second.detail], ['422', '_reset_password_token - is invalid'])
  assert.equal((await magento(first.reset_password_token, password())).status, 400)
  // One success voids the others, at both doors.
  const voided = { id: other.id, customer_password, _reset_password_token: other.reset_password_token }
  assert.equal((await refused(shop.customer_password_resets.update(voided))).meta.error, 'invalid')
  assert.equal((await magento(other.reset_password_token, password())).status, 400)
  assert.equal((await cl.customer_password_resets.retrieve(other.id)).reset_password_at, null)
})

test("a reset made here is spent at Magento's door, with and without an email", async () => {
  for (const address of [email, '']) {
    const { id, reset_password_token: token } = await cl.customer_password_resets.create({ customer_email: email })
    assert.deepEqual(await magento(token, password(), address), { status: 200, body: true })
    const reset = await cl.customer_password_resets.retrieve(id)
    assert.match(reset.reset_password_at, TIME)
    const names = [...(await cl.customer_password_resets.events(id))].map((event) => event.name)
    assert.deepEqual(names, ['customer_password_resets.create', 'customer_password_resets.reset_password'])
    assert.equal((await magento(token, password(), address)).status, address ? 400 : 404)
  }
})

test('only its own token spends a reset, and only once under a race', async () => {
  const one = await cl.customer_password_resets.create({ customer_email: email })
  const two = await cl.customer_password_resets.create({ customer_email: email })
  const crossed = { id: one.id, customer_password: password(), _reset_password_token: two.reset_password_token }
  assert.equal((await refused(shop.customer_password_resets.update(crossed))).code, 'VALIDATION_ERROR')
  const token = await accessToken(salesChannel)
  const spend = (reset) => raw('PATCH', `/api/customer_password_resets/${reset.id}`, {
    token,
    body: { data: { type: 'customer_password_resets', id: reset.id, attributes: {
      customer_password: password(), _reset_password_token: reset.reset_password_token } } }
  })
  // Both resets, and both doors, at once: one success in all.
  const calls = Array.from({ length: 32 }, (_, index) =>
    index % 4 === 3 ? magento(two.reset_password_token, password()) : spend(index % 2 ? one : two))
  const statuses = (await Promise.all(calls)).map((answer) => answer.status)
  assert.equal(statuses.filter((status) => status === 200).length, 1, String(statuses))
  assert.ok(statuses.every((status) => [200, 400, 422].includes(status)), String(statuses))
})

test('what a refused update says', async () => {
  const { id, reset_password_token: token } = await cl.customer_password_resets.create({ customer_email: email })
  const update = (attributes) => refused(cl.customer_password_resets.update({ id, ...attributes }))
  const pointers = (error) => error.all.map((one) => [one.source.pointer.split('/').pop(), one.meta.error])
  assert.deepEqual(pointers(await update({ customer_password: 'Good-Password-1' })),
    [['_reset_password_token', 'blank']])
  assert.deepEqual(pointers(await update({ _reset_password_token: token })), [['customer_password', 'blank']])
  assert.deepEqual(pointers(await update({ customer_password: '', _reset_password_token: 'x' })),
    [['customer_password', 'blank'], ['_reset_password_token', 'invalid']])
  const weak = await update({ customer_password: 'secret', _reset_password_token: token })
  assert.deepEqual([weak.meta, weak.detail],
    [{ error: 'too_short', count: 8 }, 'customer_password - is too short (minimum is 8 characters)'])
  const mixed = await update({ customer_password: 'onlylower', _reset_password_token: token })
  assert.equal(mixed.meta.error, 'too_few_character_classes')
  assert.equal((await update({ customer_password: email, _reset_password_token: token })).meta.error, 'same_as_email')
  assert.equal((await refused(cl.customer_password_resets._reset_password_token(id, token))).meta.error, 'blank')
  // Nothing of that consumed the token.
  const done = await cl.customer_password_resets.update({ id, customer_password: password(), _reset_password_token: token })
  assert.ok(done.reset_password_at)
})

test('what a refused create says', async () => {
  const create = (attributes) => refused(cl.customer_password_resets.create(attributes))
  const unknown = await create({ customer_email: 'nobody@example.com' })
  assert.deepEqual(unknown.source, { pointer: '/data/relationships/customer' })
  assert.deepEqual([unknown.status, unknown.meta, unknown.detail], ['422', { error: 'blank' }, "customer - can't be blank"])
  const missing = await create({})
  assert.deepEqual(missing.source, { pointer: '/data/attributes/customer_email' })
  assert.deepEqual((await create({ customer_email: '', metadata: 7 })).all.length, 2)
  assert.equal((await create({ customer_email: email, customer_password: 'x' })).code, 'PARAM_NOT_ALLOWED')
})

test('relationships and include', async () => {
  const { id } = await cl.customer_password_resets.create({ customer_email: email })
  const customer = await cl.customer_password_resets.customer(id)
  assert.deepEqual([customer.email, customer.has_password, customer.status], [email, true, 'prospect'])
  assert.match(customer.id, /^[A-Za-z]{10}$/)
  assert.equal((await cl.customers.retrieve(customer.id)).email, email)
  const reset = await cl.customer_password_resets.retrieve(id, { include: ['customer', 'events', 'customer.events'] })
  assert.equal(reset.customer.id, customer.id)
  assert.deepEqual(reset.customer.events, [])
  assert.deepEqual(reset.events.map((event) => event.name), ['customer_password_resets.create'])
  assert.equal((await cl.events.retrieve(reset.events[0].id)).name, 'customer_password_resets.create')
  const stores = await refused(cl.customer_password_resets.retrieve(id, { include: ['event_stores'] }))
  assert.equal(stores.code, 'INVALID_INCLUDE')
})

test('linkage', async () => {
  const token = await accessToken(integration)
  const { id } = await cl.customer_password_resets.create({ customer_email: email })
  for (const [name, type] of [['customer', 'customers'], ['events', 'events'], ['event_stores', 'event_stores']]) {
    const answer = await raw('GET', `/api/customer_password_resets/${id}/relationships/${name}`, { token })
    const [first] = [answer.body.data].flat()
    assert.deepEqual(Object.keys(first), ['type', 'id'])
    assert.equal(first.type, type)
    assert.ok(answer.body.links.related.endsWith(`/${id}/${name}`))
  }
  assert.equal((await raw('GET', `/api/customer_password_resets/${id}/relationships/x`, { token })).status, 404)
})

test('event stores come by cursor, without counts and secrets', async () => {
  const token = await accessToken(integration)
  const reset = await cl.customer_password_resets.create({ customer_email: email })
  await cl.customer_password_resets.update({ id: reset.id, reference: 'new' })
  const secret = password()
  await cl.customer_password_resets.update({
    id: reset.id, customer_password: secret, _reset_password_token: reset.reset_password_token
  })
  const path = `/api/customer_password_resets/${reset.id}/event_stores?page[size]=2`
  const first = (await raw('GET', path, { token })).body
  assert.deepEqual(first.meta, {})
  assert.deepEqual(Object.keys(first.links), ['next'])
  const second = (await raw('GET', first.links.next.slice(url.length), { token })).body
  assert.deepEqual(second.links, {})
  const lines = [...first.data, ...second.data]
  assert.deepEqual(lines.map((line) => line.attributes.event), ['create', 'update', 'update'])
  assert.deepEqual(lines[1].attributes.payload, { reference: { from: null, to: 'new' } })
  assert.match(lines[0].id, /^\d{13}-\d+$/)
  assert.equal(lines[0].attributes.who.application.kind, 'integration')
  assert.deepEqual(lines[0].attributes.metadata, {})
  const text = JSON.stringify(lines)
  assert.ok(!text.includes(secret) && !text.includes(reset.reset_password_token))
  assert.equal((await raw('GET', `/api/event_stores/${lines[2].id}`, { token })).body.data.id, lines[2].id)
  const newest = (await raw('GET', `${path}&sort=-id`, { token })).body
  assert.equal(newest.data[0].id, lines[2].id)
})

test('lists of events and customers', async () => {
  const { id } = await cl.customer_password_resets.create({ customer_email: email })
  const events = async (params) => [...(await cl.customer_password_resets.events(id, params))].map((one) => one.name)
  const create = 'customer_password_resets.create'
  assert.deepEqual(await events({ filters: { name_eq: create }, sort: { name: 'asc', created_at: 'desc' } }), [create])
  assert.deepEqual(await events({ filters: { name_end: '.destroy' } }), [])
  assert.deepEqual(await events({ filters: { reference_null: true, metadata_blank: true } }), [create])
  assert.deepEqual(await events({ filters: { metadata_jcont: { a: 1 } } }), [])
  const customers = async (filters) =>
    [...(await cl.customers.list({ filters, sort: { email: 'asc' } }))].map((one) => one.email)
  const { id: customer } = await cl.customer_password_resets.customer(id)
  assert.deepEqual(await customers({ email_eq: email.toUpperCase(), id_eq: customer }), [email])
  assert.deepEqual(await customers({ email_cont: 'nobody' }), [])
  assert.deepEqual(await customers({ id_eq: 'xxxxxxxxxx' }), [])
  assert.ok((await cl.customers.list()).meta.recordCount >= 1)
})

test("the SDK's own event stores", async () => {
  const { id } = await cl.customer_password_resets.create({ customer_email: email })
  const [line] = await cl.customer_password_resets.event_stores(id)
  assert.deepEqual([line.event, line.resource_id, line.resource_type], ['create', id, 'customer_password_resets'])
  assert.equal((await cl.event_stores.retrieve(line.id)).id, line.id)
})
