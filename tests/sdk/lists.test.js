// Pages, order, sparse fields and every predicate, over one set of resets.
import { before, test } from 'node:test'
import assert from 'node:assert/strict'
import { accessToken, authorize, client, email, integration, raw, refused, url } from './support.js'

const cl = await client(integration)
const origin = `lists-${process.pid}-${Date.now()}`
const references = ['Alpha', 'alphabet', 'beta_1', 'betaX1', '50%', null]
const resets = []

before(async () => {
  for (const [index, reference] of references.entries()) {
    resets.push(await cl.customer_password_resets.create({
      customer_email: email, reference, reference_origin: origin,
      metadata: index % 2 ? { odd: true, n: index, list: [1, { x: index }] } : {}
    }))
  }
})

const names = (list) => [...list].map((reset) => reset.reference)
const list = (filters, more = {}) =>
  cl.customer_password_resets.list({ filters: { reference_origin_eq: origin, ...filters }, pageSize: 25, ...more })
const found = async (filters) => names(await list(filters))

const cases = () => [
  [{ reference_eq: 'Alpha' }, ['Alpha']],
  [{ reference_eq: 'alpha' }, []],
  [{ reference_not_eq: 'Alpha' }, ['alphabet', 'beta_1', 'betaX1', '50%']],
  [{ reference_eq_or_null: 'Alpha' }, ['Alpha', null]],
  [{ reference_not_eq_or_null: 'Alpha' }, ['alphabet', 'beta_1', 'betaX1', '50%', null]],
  [{ reference_eq_any: 'Alpha,50%' }, ['Alpha', '50%']],
  [{ reference_eq_all: 'Alpha,50%' }, []],
  [{ reference_not_eq_any: 'Alpha,50%' }, ['Alpha', 'alphabet', 'beta_1', 'betaX1', '50%']],
  [{ reference_not_eq_all: 'Alpha,50%' }, ['alphabet', 'beta_1', 'betaX1']],
  [{ reference_in: 'Alpha,50%' }, ['Alpha', '50%']],
  [{ reference_not_in: 'Alpha,50%' }, ['alphabet', 'beta_1', 'betaX1']],
  [{ reference_not_in_or_null: 'Alpha,50%' }, ['alphabet', 'beta_1', 'betaX1', null]],
  [{ reference_matches: 'ALPHA%' }, ['Alpha', 'alphabet']],
  [{ reference_matches: 'beta_1' }, ['beta_1', 'betaX1']],
  [{ reference_does_not_match: 'alpha%' }, ['beta_1', 'betaX1', '50%']],
  [{ reference_matches_any: 'alpha,50%' }, ['Alpha', '50%']],
  [{ reference_matches_all: 'a%,%t' }, ['alphabet']],
  [{ reference_does_not_match_all: 'a%,b%' }, ['50%']],
  [{ reference_does_not_match_any: 'a%,b%' }, ['Alpha', 'alphabet', 'beta_1', 'betaX1', '50%']],
  [{ reference_start: 'ALPHA' }, ['Alpha', 'alphabet']],
  [{ reference_not_start: 'alpha' }, ['beta_1', 'betaX1', '50%']],
  [{ reference_start_any: '50,beta' }, ['beta_1', 'betaX1', '50%']],
  [{ reference_end: '%' }, ['50%']],
  [{ reference_not_end: '1' }, ['Alpha', 'alphabet', '50%']],
  [{ reference_end_all: '1,_1' }, ['beta_1']],
  [{ reference_cont: '_' }, ['beta_1']],
  [{ reference_cont: 'ETA' }, ['beta_1', 'betaX1']],
  [{ reference_not_cont: 'a' }, ['50%']],
  [{ reference_cont_any: 'pha,%' }, ['Alpha', 'alphabet', '50%']],
  [{ reference_cont_all: 'bet,pha' }, ['alphabet']],
  [{ reference_not_cont_all: 'pha,X' }, ['beta_1', '50%']],
  [{ reference_not_cont_any: 'pha,X' }, ['Alpha', 'alphabet', 'beta_1', 'betaX1', '50%']],
  [{ reference_lt: 'Alpha' }, ['50%']],
  [{ reference_lteq: 'Alpha' }, ['Alpha', '50%']],
  [{ reference_gt: 'beta_1' }, []],
  [{ reference_gteq: 'beta_1' }, ['beta_1']],
  [{ reference_gt_any: 'alphabet,beta_1' }, ['beta_1', 'betaX1']],
  [{ reference_gteq_all: 'alphabet,betaX1' }, ['beta_1', 'betaX1']],
  [{ reference_present: true }, ['Alpha', 'alphabet', 'beta_1', 'betaX1', '50%']],
  [{ reference_present: false }, [null]],
  [{ reference_blank: true }, [null]],
  [{ reference_blank: false }, ['Alpha', 'alphabet', 'beta_1', 'betaX1', '50%']],
  [{ reference_null: true }, [null]],
  [{ reference_null: false }, ['Alpha', 'alphabet', 'beta_1', 'betaX1', '50%']],
  [{ reference_not_null: true }, ['Alpha', 'alphabet', 'beta_1', 'betaX1', '50%']],
  [{ reference_true: true }, []],
  [{ reference_false: true }, ['Alpha', 'alphabet', 'beta_1', 'betaX1', '50%']],
  [{ reference_or_id_eq: resets[2].id }, ['beta_1']],
  [{ id_eq: resets[0].id }, ['Alpha']],
  [{ id_in: `${resets[1].id},${resets[4].id}` }, ['alphabet', '50%']],
  [{ id_not_eq: resets[0].id }, references.slice(1)],
  [{ reset_password_token_eq: resets[3].reset_password_token }, ['betaX1']],
  [{ reset_password_token_in: `${resets[3].reset_password_token},x` }, ['betaX1']],
  [{ reset_password_token_present: true }, references],
  [{ reset_password_at_null: true }, references],
  [{ reset_password_at_not_null: true }, []],
  [{ reset_password_at_lt: '2999-01-01' }, []],
  [{ created_at_gt: '2018-01-01' }, references],
  [{ created_at_lt: '2018-01-01T00:00:00Z' }, []],
  [{ created_at_eq: resets[0].created_at, id_eq: resets[0].id }, ['Alpha']],
  [{ created_at_gteq: resets[5].created_at, id_eq: resets[5].id }, [null]],
  [{ updated_at_lteq: '2018-01-01' }, []],
  [{ customer_email_eq: email }, references],
  [{ customer_email_eq: email.toUpperCase() }, references],
  [{ customer_email_start: email.slice(0, 3) }, references],
  [{ customer_email_not_eq: email }, []],
  [{ metadata_jcont: { odd: true } }, ['alphabet', 'betaX1', null]],
  [{ metadata_jcont: { n: 3 } }, ['betaX1']],
  [{ metadata_jcont: { list: [{ x: 5 }] } }, [null]],
  [{ metadata_jcont: { odd: 'true' } }, []],
  [{ metadata_jcont: { no: null } }, []],
  [{ metadata_present: true }, ['alphabet', 'betaX1', null]],
  [{ metadata_blank: true }, ['Alpha', 'beta_1', '50%']],
  [{ reference_start: 'beta', reference_end: 'X1' }, ['betaX1']]
]

test('every predicate', async () => {
  for (const [filters, expected] of cases()) {
    assert.deepEqual(await found(filters), expected, JSON.stringify(filters))
  }
})

test('plain filters', async () => {
  const token = await accessToken(integration)
  const { id: customer } = await cl.customer_password_resets.customer(resets[0].id)
  const [event] = await cl.customer_password_resets.events(resets[2].id)
  const plain = [
    [`filter[reference]=Alpha,beta_1`, ['Alpha', 'beta_1']],
    [`filter[id]=${resets[0].id}`, ['Alpha']],
    [`filter[ids]=${resets[0].id},${resets[1].id}`, ['Alpha', 'alphabet']],
    [`filter[customer_id]=${customer}`, references],
    [`filter[customer_id]=xxxxxxxxxx`, []],
    [`filter[events_id]=${event.id}`, ['beta_1']],
    [`filter[reset_password_token]=${resets[4].reset_password_token}`, ['50%']],
    [`filter[created_at_from]=2018-01-01&filter[created_at_to]=2999-01-01`, references],
    [`filter[updated_at_to]=2018-01-01`, []],
    [`filter[reset_password_at_from]=2018-01-01`, []],
    [`filter[metadata]={}`, ['Alpha', 'beta_1', '50%']]
  ]
  for (const [query, expected] of plain) {
    const path = `/api/customer_password_resets?filter[reference_origin]=${origin}&${encodeURI(query)}`
    const { status, body } = await raw('GET', path, { token })
    assert.equal(status, 200, query)
    assert.deepEqual(body.data.map((one) => one.attributes.reference), expected, query)
  }
})

test('order', async () => {
  const sorted = async (sort) => names(await list({}, { sort }))
  assert.deepEqual(await sorted({}), references)
  assert.deepEqual(await sorted({ id: 'desc' }), references.toReversed())
  assert.deepEqual(await sorted({ created_at: 'asc' }), references)
  assert.deepEqual(await sorted({ reference_origin: 'asc', reference: 'asc' }),
    ['50%', 'Alpha', 'alphabet', 'betaX1', 'beta_1', null])
  assert.deepEqual(await sorted({ reference: 'desc' }), [null, 'beta_1', 'betaX1', 'alphabet', 'Alpha', '50%'])
})

test('pages', async () => {
  const page = await list({}, { pageSize: 4, pageNumber: 2 })
  assert.equal(page.length, 2)
  assert.deepEqual([page.meta.recordCount, page.meta.pageCount, page.meta.currentPage], [6, 2, 2])
  assert.equal((await list({}, { pageNumber: 9 })).length, 0)
  assert.equal(await cl.customer_password_resets.count({ filters: { reference_origin_eq: origin } }), 6)
  assert.equal((await refused(list({}, { pageSize: 26 }))).code, 'INVALID_PAGE_VALUE')
  const token = await accessToken(integration)
  const path = `/api/customer_password_resets?filter[q][reference_origin_eq]=${origin}&sort=-id&page[size]=2`
  const { body } = await raw('GET', `${path}&page[number]=2`, { token })
  const link = (number) => `${url}${path.replace('&page[size]=2', '')}&page[number]=${number}&page[size]=2`
  assert.deepEqual(body.links, { first: link(1), prev: link(1), next: link(3), last: link(3) })
  assert.deepEqual(body.meta, { record_count: 6, page_count: 3 })
  const next = await raw('GET', body.links.next.slice(url.length), { token })
  assert.ok(!('next' in next.body.links))
})

test('sparse fields and include', async () => {
  const token = await accessToken(integration)
  const path = `/api/customer_password_resets?filter[reference_origin]=${origin}&include=customer` +
    '&fields[customer_password_resets]=reference,customer&fields[customers]=email'
  const { body } = await raw('GET', path, { token })
  assert.deepEqual(Object.keys(body.data[0].attributes), ['reference'])
  assert.deepEqual(Object.keys(body.data[0].relationships), ['customer'])
  assert.equal(body.included.length, 1)
  assert.deepEqual(body.data[0].relationships.customer.data, { type: 'customers', id: body.included[0].id })
  assert.deepEqual(body.included[0].attributes, { email })
  const resets = await list({}, { fields: { customer_password_resets: ['customer_email'] } })
  assert.deepEqual(Object.keys(resets[0]).filter((name) => name === 'reference'), [])
})

test('what a list cannot be asked for', async () => {
  const token = await accessToken(integration)
  const wrong = {
    'sort=customer_email': 'INVALID_SORT_CRITERIA',
    'include=nosuch': 'INVALID_INCLUDE',
    'fields=x': 'INVALID_FIELD_FORMAT',
    'fields[nosuch]=x': 'INVALID_RESOURCE',
    'fields[customers]=password': 'INVALID_FIELD',
    'filter=x': 'INVALID_FILTERS_SYNTAX',
    'filter[nosuch]=x': 'FILTER_NOT_ALLOWED',
    'filter[q][nosuch_eq]=x': 'FILTER_NOT_ALLOWED',
    'filter[q][created_at_gt]=x': 'INVALID_FILTER_VALUE',
    'filter[q][metadata_jcont]=x': 'INVALID_FILTER_VALUE',
    'page[size]=0': 'INVALID_PAGE_VALUE',
    'page[limit]=1': 'PARAM_NOT_ALLOWED',
    'nosuch=1': 'PARAM_NOT_ALLOWED'
  }
  for (const [query, code] of Object.entries(wrong)) {
    const { status, body } = await raw('GET', `/api/customer_password_resets?${query}`, { token })
    assert.deepEqual([status, body.errors[0].code], [400, code], query)
  }
  const many = `/api/customer_password_resets?filter[q][reference_in]=${','.repeat(2000)}`
  assert.equal((await raw('GET', many, { token })).status, 400)
})

test('odd values are strangers, not failures', async () => {
  const token = await accessToken(integration)
  const odd = ['ü', '😀', '\u0000', "'", '\\', '%', '_', 'a'.repeat(3000), ' ']
  for (const value of odd.map(encodeURIComponent)) {
    for (const query of [
      `customer_password_resets?filter[q][id_eq]=${value}`, `customer_password_resets?filter[id]=${value}`,
      `customer_password_resets?filter[q][customer_email_eq]=${value}`, `customers?filter[q][email_eq]=${value}`,
      `customers?filter[q][email_matches]=${value}x`, `customer_password_resets?filter[reset_password_token]=${value}`,
      `customer_password_resets?filter[q][reference_or_reference_origin_eq]=${value}`,
      `customer_password_resets?filter[events_id]=${value}`
    ]) {
      const { status, body } = await raw('GET', `/api/${query}`, { token })
      assert.equal(status, 200, query)
      assert.deepEqual(body.data, [], query)
    }
    for (const path of ['events', 'event_stores', 'customers', 'customer_password_resets']) {
      assert.equal((await raw('GET', `/api/${path}/${value}`, { token })).status, 404, path + value)
    }
  }
  assert.equal((await authorize({ client_id: 'ü😀', client_secret: 'x' })).status, 401)
})
