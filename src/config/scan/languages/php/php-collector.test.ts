import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { toldOf } from '../../../../../test/fixtures/config/scan-texts.ts'
import { cpuClock } from '../../../../../test/cpu-clock.ts'

const folder = join(import.meta.dirname, '../../../../../test/fixtures/config/php')
const fixture = (name: string) => readFileSync(join(folder, name), 'utf8')

const hostile = [
  '<?php getenv(' + '"A" . '.repeat(20_000) + '"B");',
  '<?php $a = $a . $a . $a; getenv($a . $a . $a);',
]

describe('PHP', () => {
  test('every form of read, and what is read through other files', async () => {
    const lines = await toldOf({
      'app/settings.php': fixture('settings.php'),
      'app/Keys.php': fixture('Keys.php'),
      'app/use.php': fixture('use.php'),
    })
    expect(lines).toEqual(fixture('expected.txt').trim().split('\n'))
  })

  test.each(hostile.map((text, index) => ({ index, text })))(
    'hostile text $index ends soon',
    async ({ text }) => {
      const spent = cpuClock()
      await toldOf({ 'a.php': text })
      expect(spent()).toBeLessThan(5000)
    },
  )
})
