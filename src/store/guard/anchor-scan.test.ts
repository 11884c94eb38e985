import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { Arena } from '../../otlp/arena.ts'
import { AnchorScan } from './anchor-scan.ts'
import { RedactionRules } from './redaction-rules.ts'
import { secretTexts } from './testing/secrets.ts'
import { cpuClock } from '../../../test/cpu-clock.ts'

const rules = new RedactionRules()
const scan = new AnchorScan()

test('whatever a rule would take out of a text is suspected, wherever the text lies', () => {
  const filler = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 70 }),
    fc.stringMatching(/^[0-9a-zA-Z@:/. -]{0,70}$/),
  )
  const random = fc.integer({ min: 0, max: 2 ** 31 })
  fc.assert(
    fc.property(filler, filler, random, fc.nat(1000), (before, after, seed, which) => {
      const all = secretTexts(seed)
      const { text } = all[which % all.length]!
      expect(rules.redactText(text, () => {})).not.toBe(text)
      const arena = new Arena()
      arena.appendText('x'.repeat(seed % 7) + 'password=old')
      const from = arena.appendText(before)
      const offset = arena.appendText(text)
      const { length } = arena
      arena.appendText(after)
      scan.scan(arena, from, arena.length)
      expect(scan.touches(offset, length - offset)).toBe(true)
      expect(scan.touches(0, from)).toBe(false)
    }),
    { numRuns: 600 },
  )
})

test('a card number that lies right behind other digits is suspected', () => {
  for (let before = 1; before < 6400; before += 7) {
    const arena = new Arena()
    arena.appendText('a'.repeat(before % 64) + '1'.repeat(before >>> 6))
    const offset = arena.appendText('4111111111111111')
    arena.appendText('"')
    scan.scan(arena, 0, arena.length)
    expect(scan.touches(offset, 16)).toBe(true)
  }
})

test('ordinary telemetry is not suspected', () => {
  const arena = new Arena()
  arena.appendText(
    'GET /api/v1/orders/{id} https://shop.example.com/a?page=2&sort=name user-123 a.b@example.com ' +
      '@opentelemetry/instrumentation-http gen_ai.usage.input_tokens token_count session.id 1700000000 ' +
      'SELECT * FROM t WHERE key = 5 and organization.task-id basics of monkey-business',
  )
  scan.scan(arena, 0, arena.length)
  expect(scan.any).toBe(false)
})

test('a text made of false anchors and of "@" is looked at in good time', () => {
  for (const text of ['ken_', '@', '4 ', 'ken@', '1', 'sk-']) {
    const arena = new Arena()
    arena.appendText(text.repeat(2_000_000 / text.length))
    const spent = cpuClock()
    scan.scan(arena, 0, arena.length)
    expect(spent()).toBeLessThan(1000)
  }
})
