import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readLine, scanTexts } from '../../../../../test/fixtures/config/scan-texts.ts'

const folder = join(import.meta.dirname, '../../../../../test/fixtures/config/php')
const fixture = (name: string) => readFileSync(join(folder, name), 'utf8')

/** One line per read and per thing that could not be seen, as in `expected.txt`. */
async function told(texts: Record<string, string>): Promise<string[]> {
  const { reads, residual } = await scanTexts(texts)
  return [
    ...reads.map((read) => `${read.location.file}:${readLine(read)}`),
    ...residual.dynamic.map((one) => `dynamic ${one.location.line} ${one.text}`),
    ...residual.wholeObject.map((one) => `whole ${one.location.line} ${one.text}`),
    ...residual.unparsed.map((one) => `unparsed ${one.location.line} ${one.reason}`),
  ]
}

const hostile = [
  '<?php getenv(' + '"A" . '.repeat(20_000) + '"B");',
  '<?php $a = $a . $a . $a; getenv($a . $a . $a);',
]

describe('PHP', () => {
  test('every form of read, and what is read through other files', async () => {
    const lines = await told({
      'app/settings.php': fixture('settings.php'),
      'app/Keys.php': fixture('Keys.php'),
      'app/use.php': fixture('use.php'),
    })
    expect(lines).toEqual(fixture('expected.txt').trim().split('\n'))
  })

  test.each(hostile.map((text, index) => ({ index, text })))(
    'hostile text $index ends soon',
    async ({ text }) => {
      const started = performance.now()
      await told({ 'a.php': text })
      expect(performance.now() - started).toBeLessThan(5000)
    },
  )
})
