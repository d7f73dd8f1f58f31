// Signed messages about what happens.
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { createHmac } from 'node:crypto'
import { client, email, integration, password } from './support.js'

test('the shop is told, signed, and again when it did not listen', async () => {
  const messages = []
  let refusals = 1
  const server = createServer((request, response) => {
    const chunks = []
    request.on('data', (chunk) => chunks.push(chunk)).on('end', () => {
      response.statusCode = refusals-- > 0 ? 503 : 200
      if (response.statusCode === 200) messages.push({ headers: request.headers, body: Buffer.concat(chunks) })
      response.end()
    })
  })
  await new Promise((resolve) => server.listen(Number(process.env.SDK_TEST_WEBHOOK_PORT), '127.0.0.1', resolve))
  try {
    const cl = await client(integration)
    const reset = await cl.customer_password_resets.create({ customer_email: email, reference: 'hooked' })
    await cl.customer_password_resets.update({
      id: reset.id, customer_password: password(), _reset_password_token: reset.reset_password_token
    })
    await cl.customer_password_resets.delete(reset.id)
    const mine = () => messages.filter((message) => JSON.parse(message.body).data.id === reset.id)
    for (let waited = 0; mine().length < 3 && waited < 600; waited++) await new Promise((done) => setTimeout(done, 100))
    const topics = mine().map((message) => message.headers['x-commercelayer-topic']).sort()
    assert.deepEqual(topics, ['create', 'destroy', 'reset_password'].map((name) => `customer_password_resets.${name}`))
    for (const { headers, body } of mine()) {
      const signature = createHmac('sha256', 'hook-secret').update(body).digest('base64')
      assert.equal(headers['x-commercelayer-signature'], signature)
      const { data } = JSON.parse(body)
      assert.equal(data.attributes.reset_password_token, reset.reset_password_token)
      assert.equal(data.links.self, `/api/customer_password_resets/${reset.id}`)
    }
  } finally {
    server.closeAllConnections()
    server.close()
  }
})
