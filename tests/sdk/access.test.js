// Signing in, roles, tokens, CORS, and what JSON:API forbids.
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { createPublicKey, verify } from 'node:crypto'
import { authenticate, getCoreApiBaseEndpoint, jwtDecode, jwtVerify, revoke } from '@commercelayer/js-auth'
import { CommerceLayer } from '@commercelayer/sdk/bundle'
import { accessToken, authorize, client, email, integration, raw, refused, salesChannel, toServer, url } from './support.js'

const RESETS = '/api/customer_password_resets'
const body = { data: { type: 'customer_password_resets', attributes: { customer_email: email } } }

test('tokens, as js-auth reads them', async () => {
  const { status, body } = await authorize(integration)
  assert.equal(status, 200)
  assert.deepEqual([body.token_type, body.expires_in, body.scope], ['bearer', 7200, 'market:all'])
  assert.ok(Number.isInteger(body.created_at))
  const { header, payload } = jwtDecode(body.access_token)
  assert.deepEqual([header.alg, header.typ], ['RS512', 'JWT'])
  assert.equal(payload.organization.slug, 'rekey')
  assert.equal(payload.application.kind, 'integration')
  assert.equal(payload.application.client_id, integration.client_id)
  assert.equal(payload.exp - payload.iat, 7200)
  const keys = await (await fetch(`${url}/.well-known/jwks.json`)).json()
  assert.equal(payload.iss, 'https://auth.example.com')
  assert.equal(getCoreApiBaseEndpoint(body.access_token), 'https://rekey.example.com')
  const key = createPublicKey({ key: keys.keys.find((one) => one.kid === header.kid), format: 'jwk' })
  const [head, claims, signature] = body.access_token.split('.')
  assert.ok(verify('sha512', Buffer.from(`${head}.${claims}`), key, Buffer.from(signature, 'base64url')))
  const sales = await authorize(salesChannel, { scope: 'market:id:abc' })
  assert.deepEqual([sales.body.expires_in, sales.body.scope], [14400, 'market:id:abc'])
})

test('js-auth signs in, verifies and revokes', async () => {
  const original = globalThis.fetch
  globalThis.fetch = (input, init) => original(url + new URL(input.url ?? input).pathname, init)
  try {
    const credentials = { clientId: integration.client_id, clientSecret: integration.client_secret }
    const { accessToken } = await authenticate('client_credentials', { domain: 'example.com', ...credentials })
    assert.equal((await jwtVerify(accessToken)).payload.application.kind, 'integration')
    // The SDK finds the API by the token alone.
    const cl = CommerceLayer({ accessToken, fetch: toServer })
    assert.ok((await cl.customer_password_resets.list()).meta)
    assert.deepEqual(await revoke({ ...credentials, token: accessToken }), {})
    assert.equal((await refused(cl.customer_password_resets.list())).code, 'INVALID_TOKEN')
    const wrong = await authenticate('client_credentials', { domain: 'example.com', clientId: 'x' })
    assert.equal(wrong.errors[0].title, 'invalid_client')
  } finally {
    globalThis.fetch = original
  }
})

test('a form signs in, too', async () => {
  const response = await fetch(`${url}/oauth/token`, {
    method: 'POST', body: new URLSearchParams({ grant_type: 'client_credentials', ...integration })
  })
  assert.equal(response.status, 200)
})

test('who may not sign in', async () => {
  const { client_id } = integration
  for (const credentials of [{}, { client_id: 'x' }, { client_id }, { client_id, client_secret: 'x' }]) {
    const { status, body } = await authorize(credentials)
    assert.equal(status, 401)
    assert.deepEqual([body.errors[0].title, body.errors[0].code, body.errors[0].status], ['invalid_client', 'UNAUTHORIZED', 401])
  }
  assert.equal((await authorize(integration, { grant_type: 'magic' })).body.errors[0].title, 'unsupported_grant_type')
})

test('a sales channel may only update, and learns no token by that', async () => {
  const cl = await client(integration)
  const shop = await client(salesChannel)
  const { id } = await cl.customer_password_resets.create({ customer_email: email })
  const denied = [
    () => shop.customer_password_resets.create({ customer_email: email }),
    () => shop.customer_password_resets.list(),
    () => shop.customer_password_resets.retrieve(id),
    () => shop.customer_password_resets.delete(id),
    () => shop.customer_password_resets.customer(id),
    () => shop.customer_password_resets.update({ id, reference: 'x' }, { include: ['customer'] })
  ]
  for (const call of denied) {
    const error = await refused(call())
    assert.deepEqual([error.http, error.code, error.status], [401, 'UNAUTHORIZED', '401'])
  }
  const updated = await shop.customer_password_resets.update({ id, metadata: { seen: true } })
  assert.deepEqual([updated.metadata, updated.reset_password_token], [{ seen: true }, null])
})

test('a bad token', async () => {
  const good = await accessToken(integration)
  const [head, claims, signature] = good.split('.')
  const none = Buffer.from('{"alg":"none"}').toString('base64url')
  for (const token of [undefined, 'x', `${head}.${claims}.`, `${none}.${claims}.`, `${head}.${none}.${signature}`]) {
    const { status, body } = await raw('GET', RESETS, { token })
    assert.deepEqual([status, body.errors[0].code], [401, 'INVALID_TOKEN'])
  }
})

test('a revoked token', async () => {
  const token = await accessToken(integration)
  const end = (credentials) => fetch(`${url}/oauth/revoke`, {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ ...credentials, token })
  })
  assert.equal((await end({ client_id: 'x' })).status, 403)
  assert.equal((await end(salesChannel)).status, 200)
  assert.equal((await raw('GET', RESETS, { token })).status, 200)
  const response = await end(integration)
  assert.deepEqual([response.status, await response.json()], [200, {}])
  assert.equal((await raw('GET', RESETS, { token })).body.errors[0].code, 'INVALID_TOKEN')
})

test('a preflight and the call after it', async () => {
  const headers = {
    Origin: 'https://shop.example', 'Access-Control-Request-Method': 'PATCH',
    'Access-Control-Request-Headers': 'authorization,content-type'
  }
  const preflight = await fetch(`${url}${RESETS}/xYZkjABcde`, { method: 'OPTIONS', headers })
  assert.equal(preflight.status, 204)
  assert.equal(preflight.headers.get('access-control-allow-origin'), '*')
  assert.match(preflight.headers.get('access-control-allow-methods'), /PATCH/)
  assert.equal(preflight.headers.get('access-control-allow-headers'), 'authorization,content-type')
  const call = await raw('GET', RESETS, { headers })
  assert.equal(call.headers.get('access-control-allow-origin'), '*')
})

test('mistakes in requests', async () => {
  const token = await accessToken(integration)
  const cl = await client(integration)
  const { id } = await cl.customer_password_resets.create({ customer_email: email })
  const type = 'customer_password_resets'
  const json = { 'Content-Type': 'application/json' }
  const cases = [
    ['POST', RESETS, { body, headers: json }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['POST', RESETS, { body, headers: { 'Content-Type': 'application/vnd.api+json; charset=utf-8' } }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['GET', RESETS, { headers: { Accept: 'text/html' } }, 406, 'NOT_ACCEPTABLE'],
    ['GET', RESETS, { headers: { Accept: 'application/vnd.api+json; charset=utf-8' } }, 406, 'NOT_ACCEPTABLE'],
    ['POST', RESETS, { body: '{' }, 400, 'BAD_REQUEST'],
    ['POST', RESETS, { body: '' }, 400, 'BAD_REQUEST'],
    ['POST', RESETS, { body: '[]' }, 400, 'BAD_REQUEST'],
    ['POST', RESETS, { body: {} }, 400, 'PARAM_MISSING'],
    ['POST', RESETS, { body: { data: [] } }, 400, 'INVALID_DATA_FORMAT'],
    ['POST', RESETS, { body: { data: { type: 'customers' } } }, 400, 'TYPE_MISMATCH'],
    ['POST', RESETS, { body: { data: { type: 'nosuch' } } }, 400, 'INVALID_RESOURCE'],
    ['POST', RESETS, { body: { data: { type, id: 'x', attributes: { customer_email: email } } } }, 400, 'PARAM_NOT_ALLOWED'],
    ['PATCH', `${RESETS}/${id}`, { body: { data: { type, attributes: {} } } }, 400, 'KEY_ORDER_MISMATCH'],
    ['PATCH', `${RESETS}/${id}`, { body: { data: { type, id: 'xYZkjABcde', attributes: {} } } }, 400, 'KEY_NOT_INCLUDED_IN_URL'],
    ['PATCH', `${RESETS}/${id}`, { body: { data: { type, id, attributes: { created_at: 'x' } } } }, 400, 'PARAM_NOT_ALLOWED'],
    ['PATCH', `${RESETS}/${id}`, { body: { data: { type, id, attributes: {}, relationships: { customer: {} } } } }, 400, 'PARAM_NOT_ALLOWED'],
    ['PATCH', `${RESETS}/xYZkjABcde`, { body: { data: { type, id: 'xYZkjABcde', attributes: {} } } }, 404, 'RECORD_NOT_FOUND'],
    ['GET', `${RESETS}/${id.toLowerCase() === id ? id.toUpperCase() : id.toLowerCase()}`, {}, 404, 'RECORD_NOT_FOUND'],
    ['GET', `${RESETS}/1`, {}, 404, 'RECORD_NOT_FOUND'],
    ['GET', `${RESETS}/%00%ff`, {}, 404, 'RECORD_NOT_FOUND'],
    ['GET', '/api/orders', {}, 404, 'RECORD_NOT_FOUND'],
    ['DELETE', RESETS, {}, 405, 'METHOD_NOT_ALLOWED']
  ]
  for (const [method, path, options, status, code] of cases) {
    const answer = await raw(method, path, { token, ...options })
    const label = `${method} ${path} ${JSON.stringify(options)}`
    assert.deepEqual([answer.status, answer.body.errors?.[0].code], [status, code], label)
    assert.ok(answer.body.errors.every((error) => error.title && error.detail && error.status === String(status)), label)
  }
  const put = await raw('PUT', `${RESETS}/${id}`, { token, body: { data: { type, id, attributes: { reference: 'put' } } } })
  assert.equal(put.body.data.attributes.reference, 'put')
})
