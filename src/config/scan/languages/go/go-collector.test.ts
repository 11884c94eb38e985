import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readLine, scanTexts } from '../../../../../test/fixtures/config/scan-texts.ts'

const folder = join(import.meta.dirname, '../../../../../test/fixtures/config/go')
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
  'package a\nfunc f() { ' + 'os.Getenv('.repeat(20_000) + ')'.repeat(20_000) + '}',
  'package a\ntype A struct { B `envPrefix:"X_"` }\ntype B struct { A `envPrefix:"Y_"`; C string `env:"K"` }',
]

describe('Go', () => {
  test('every form of read, and what is read through other files', async () => {
    const lines = await told({
      'conf/conf.go': fixture('conf.go'),
      'conf/other.go': fixture('other.go'),
      'internal/envx/envx.go': fixture('envx.go'),
    })
    expect(lines).toEqual(fixture('expected.txt').trim().split('\n'))
  })

  test.each(hostile.map((text, index) => ({ index, text })))(
    'hostile text $index ends soon',
    async ({ text }) => {
      const started = performance.now()
      await told({ 'a.go': text })
      expect(performance.now() - started).toBeLessThan(5000)
    },
  )
})
