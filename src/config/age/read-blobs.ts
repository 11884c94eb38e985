import { endOf, startGit } from './git-process.ts'

/** Bytes; larger versions are not looked into. */
const largestBlob = 2_000_000

/**
 * Hands over the content of each object in the order asked for, as UTF-8; undefined where it is not there, too large or
 * binary. Ends early where `take` returns false. Objects are streamed: no more than one is held.
 */
export async function readBlobs(
  folder: string,
  names: readonly string[],
  take: (name: string, text: string | undefined) => boolean,
): Promise<void> {
  if (names.length === 0) return
  const git = startGit(folder, ['cat-file', '--batch'])
  const ended = endOf(git)
  let asked = 0
  let answered = 0
  const ask = (): void => {
    // a little ahead, so that neither side waits, and no pipe fills up
    const upTo = Math.min(names.length, answered + 64)
    if (asked < upTo) git.stdin.write(`${names.slice(asked, upTo).join('\n')}\n`)
    asked = Math.max(asked, upTo)
    if (asked === names.length) git.stdin.end()
  }
  let header = ''
  let parts: Buffer[] = []
  let size = 0
  let left = -1
  try {
    ask()
    for await (const chunk of git.stdout) {
      let data: Buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk))
      while (data.length > 0) {
        if (left < 0) {
          const end = data.indexOf(10)
          header += data.subarray(0, end < 0 ? data.length : end).toString('latin1')
          if (end < 0 || header.length > 1000) break
          data = data.subarray(end + 1)
          const [, kind, length] = header.split(' ')
          header = ''
          size = kind === 'blob' ? Number(length) : 0
          // the content ends with a line feed of its own
          left = length === undefined ? 0 : Number(length) + 1
          parts = []
          if (length === undefined) size = Infinity
        } else {
          const some = data.subarray(0, left)
          if (size <= largestBlob) parts.push(some)
          left -= some.length
          data = data.subarray(some.length)
        }
        if (left !== 0) continue
        left = -1
        const name = names[answered]!
        answered += 1
        if (!take(name, size <= largestBlob ? textOf(Buffer.concat(parts), size) : undefined))
          return
        ask()
      }
    }
    while (answered < names.length) {
      if (!take(names[answered]!, undefined)) return
      answered += 1
    }
  } finally {
    git.kill()
    await ended
  }
}

function textOf(bytes: Buffer, size: number): string | undefined {
  const whole = bytes.subarray(0, size)
  if (whole[0] === 0xff && whole[1] === 0xfe) return whole.toString('utf16le').slice(1)
  if (whole.subarray(0, 8192).includes(0)) return undefined
  const text = whole.toString('utf8')
  return text.startsWith('\uFEFF') ? text.slice(1) : text
}
