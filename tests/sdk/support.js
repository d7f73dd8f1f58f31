// What the tests share: the server under test, its clients, and the JSON:API 1.0 schema.
import { readFileSync } from 'node:fs'
import assert from 'node:assert/strict'
import Ajv from 'ajv'
import { CommerceLayer } from '@commercelayer/sdk/bundle'

const need = (name) => {
  const value = process.env[name]
  assert.ok(value, `${name} is not set; tests/commerce_layer.rs sets it`)
  return value
}

export const url = need('SDK_TEST_URL')
export const integration = JSON.parse(need('SDK_TEST_INTEGRATION'))
export const salesChannel = JSON.parse(need('SDK_TEST_SALES_CHANNEL'))
export const email = need('SDK_TEST_EMAIL')
export const oldPassword = 'Old-Password-1'

// The official JSON:API 1.0 schema, as jsonapi.org published it.
const schema = JSON.parse(readFileSync(new URL('jsonapi-1.0.schema.json', import.meta.url)))
delete schema.$schema
const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema)

// The SDK speaks https to <organization>.<domain>: its own `fetch` option leads it to the server
// under test. Every document that comes back is held against the schema.
export const toServer = async (input, init) => {
  const { pathname, search } = new URL(input.url ?? input)
  const response = await fetch(url + pathname + search, input.url ? input : init)
  await checkDocument(response.clone())
  return response
}

export const checkDocument = async (response) => {
  if (response.status === 204) return
  assert.equal(response.headers.get('content-type'), 'application/vnd.api+json')
  assert.ok(response.headers.get('x-ratelimit-limit'))
  const document = await response.json()
  assert.ok(validate(document), JSON.stringify(validate.errors))
}

export const authorize = async (application, more = {}) => {
  const response = await fetch(`${url}/oauth/token`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ grant_type: 'client_credentials', ...application, ...more })
  })
  return { status: response.status, body: await response.json() }
}

export const accessToken = async (application) => (await authorize(application)).body.access_token

export const client = async (application, more = {}) =>
  CommerceLayer({
    organization: 'rekey',
    domain: 'example.com',
    accessToken: await accessToken(application),
    fetch: toServer,
    ...more
  })

// A call without the SDK, for what it cannot send.
export const raw = async (method, path, { token, body, headers = {} } = {}) => {
  const type = body === undefined ? {} : { 'Content-Type': 'application/vnd.api+json' }
  const authorization = token ? { Authorization: `Bearer ${token}` } : {}
  const response = await fetch(url + path, {
    method,
    headers: { Accept: 'application/vnd.api+json', ...type, ...authorization, ...headers },
    body: typeof body === 'object' ? JSON.stringify(body) : body
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: text && JSON.parse(text) }
}

// Magento's door.
export const magento = async (resetToken, newPassword, address = email) => {
  const response = await fetch(`${url}/rest/V1/customers/resetPassword`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ email: address, resetToken, newPassword })
  })
  return { status: response.status, body: await response.json() }
}

// The first error of a call that must fail.
export const refused = async (promise) => {
  const error = await promise.then(
    () => assert.fail('it was not refused'),
    (error) => error
  )
  assert.equal(error.name, 'ApiError', error)
  return { ...error.first(), all: error.errors, http: error.status }
}

let number = 0
export const password = () => `New-Password-${process.pid}-${++number}`
