import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { toldOf } from '../../../../../test/fixtures/config/scan-texts.ts'
import { cpuClock } from '../../../../../test/cpu-clock.ts'

const folder = join(import.meta.dirname, '../../../../../test/fixtures/config/python')
const fixture = (name: string) => readFileSync(join(folder, name), 'utf8')

const hostile = [
  'import os\nos.environ[' + '('.repeat(20_000) + '"A"' + ')'.repeat(20_000) + ']',
  'import os\na = b\nb = a\nos.environ[a]\nk = k + k + k\nos.environ[k + k + k]',
  'import os\ndef __proto__(n): return os.environ[n]\n\0\uFFFF{{{',
]

describe('Python', () => {
  test('every form of read, and what is read through other files', async () => {
    const lines = await toldOf({
      'app/settings.py': fixture('settings.py'),
      'app/consts.py': fixture('consts.py'),
      'app/helpers.py': fixture('helpers.py'),
      'app/use.py': fixture('use.py'),
    })
    expect(lines).toEqual(fixture('expected.txt').trim().split('\n'))
  })

  test.each(hostile.map((text, index) => ({ index, text })))(
    'hostile text $index ends soon',
    async ({ text }) => {
      const spent = cpuClock()
      await toldOf({ 'a.py': text })
      expect(spent()).toBeLessThan(5000)
    },
  )
})
