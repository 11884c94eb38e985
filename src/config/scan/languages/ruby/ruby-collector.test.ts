import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { toldOf } from '../../../../../test/fixtures/config/scan-texts.ts'
import { cpuClock } from '../../../../../test/cpu-clock.ts'

const folder = join(import.meta.dirname, '../../../../../test/fixtures/config/ruby')
const fixture = (name: string) => readFileSync(join(folder, name), 'utf8')

const hostile = [
  'ENV[' + '('.repeat(20_000) + "'A'" + ')'.repeat(20_000) + ']',
  'a = a + a + a\nENV[a + a + a]\nA = A\nENV[A]',
]

describe('Ruby', () => {
  test('every form of read, and what is read through other files', async () => {
    const lines = await toldOf({
      'app/settings.rb': fixture('settings.rb'),
      'app/other.rb': fixture('other.rb'),
      'deploy/database.erb': fixture('database.erb'),
    })
    expect(lines).toEqual(fixture('expected.txt').trim().split('\n'))
  })

  test.each(hostile.map((text, index) => ({ index, text })))(
    'hostile text $index ends soon',
    async ({ text }) => {
      const spent = cpuClock()
      await toldOf({ 'a.rb': text })
      expect(spent()).toBeLessThan(5000)
    },
  )
})
