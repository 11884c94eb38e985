import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { toldOf } from '../../../../../test/fixtures/config/scan-texts.ts'
import { cpuClock } from '../../../../../test/cpu-clock.ts'

const folder = join(import.meta.dirname, '../../../../../test/fixtures/config/go')
const fixture = (name: string) => readFileSync(join(folder, name), 'utf8')

const hostile = [
  'package a\nfunc f() { ' + 'os.Getenv('.repeat(20_000) + ')'.repeat(20_000) + '}',
  'package a\ntype A struct { B `envPrefix:"X_"` }\ntype B struct { A `envPrefix:"Y_"`; C string `env:"K"` }',
]

describe('Go', () => {
  test('every form of read, and what is read through other files', async () => {
    const lines = await toldOf({
      'conf/conf.go': fixture('conf.go'),
      'conf/other.go': fixture('other.go'),
      'internal/envx/envx.go': fixture('envx.go'),
    })
    expect(lines).toEqual(fixture('expected.txt').trim().split('\n'))
  })

  test.each(hostile.map((text, index) => ({ index, text })))(
    'hostile text $index ends soon',
    async ({ text }) => {
      const spent = cpuClock()
      await toldOf({ 'a.go': text })
      expect(spent()).toBeLessThan(5000)
    },
  )
})
