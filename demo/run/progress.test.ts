import { expect, test } from 'vitest'
import { openProgress } from './progress.ts'

function record(isTTY: boolean, columns?: number) {
  let text = ''
  let time = 0
  const stream = {
    isTTY,
    ...(columns === undefined ? {} : { columns }),
    write: (part: string) => (text += part),
  }
  return {
    progress: openProgress(stream, () => time),
    text: () => text,
    wait: (ms: number) => (time += ms),
  }
}

test('a terminal has one line that rewrites itself and never wraps', () => {
  const { progress, text } = record(true, 10)
  progress.update('first of many')
  progress.update('second')
  progress.say('done')
  expect(text()).toBe('\r\u001b[2Kfirst of \r\u001b[2Ksecond\ndone\n')
})

test('a file gets a line every ten seconds, without control characters', () => {
  const { progress, text, wait } = record(false)
  progress.update('a')
  wait(9999)
  progress.update('b')
  wait(1)
  progress.update('c')
  progress.end()
  expect(text()).toBe('a\nc\n')
})
