import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { UnreadInput } from '../binding.ts'
import type { ProcessConfigReport } from './config-reporter.ts'
import { parseReports } from './parse-report.ts'

export interface ReportsRead {
  reports: ProcessConfigReport[]
  unread: UnreadInput[]
  /** Files and addresses. */
  sources: number
}

const largest = 64_000_000
const largestInAll = 256_000_000
const mostFiles = 10_000

/**
 * Reports from files, folders (`*.json`, `*.jsonl`) and addresses (`http:`, `https:`). What cannot be read is told in
 * `unread`; of an address only scheme, host and path are told, since the rest may hold credentials.
 */
export async function readReports(
  places: readonly string[],
  { timeoutMs = 5000 }: { timeoutMs?: number } = {},
): Promise<ReportsRead> {
  const read: ReportsRead = { reports: [], unread: [], sources: 0 }
  let room = largestInAll
  const take = (file: string, got: { text: string } | { reason: string }): void => {
    read.sources += 1
    const refuse = (reason: string): void => {
      read.unread.push({ location: { file, line: 1 }, reason })
    }
    if ('reason' in got) {
      refuse(got.reason)
      return
    }
    room -= got.text.length
    if (room < 0) {
      refuse('The reports are larger than 256 MB in all.')
      return
    }
    const { reports, problems } = parseReports(got.text)
    read.reports.push(...reports)
    problems.forEach(refuse)
  }
  const files: string[] = []
  const addresses: URL[] = []
  for (const place of places) {
    if (!/^https?:\/\//i.test(place)) files.push(...filesIn(place))
    else if (URL.canParse(place)) addresses.push(new URL(place))
    // it may hold credentials: it is not told
    else take('an address', { reason: 'This is no address.' })
  }
  for (const file of files.slice(0, mostFiles)) take(file, textOf(file))
  if (files.length > mostFiles) {
    take(files[mostFiles]!, { reason: `Only the first ${mostFiles} files are looked at.` })
  }
  for (let index = 0; index < addresses.length; index += 8) {
    const some = addresses.slice(index, index + 8)
    const texts = await Promise.all(some.map((address) => fetched(address, timeoutMs)))
    for (const [at, text] of texts.entries()) take(shown(some[at]!), text)
  }
  return read
}

function filesIn(place: string): string[] {
  try {
    if (!statSync(place).isDirectory()) return [place]
    return readdirSync(place)
      .filter((name) => /\.(json|jsonl|ndjson)$/i.test(name))
      .toSorted()
      .slice(0, mostFiles + 1)
      .map((name) => join(place, name))
  } catch {
    return [place]
  }
}

function textOf(file: string): { text: string } | { reason: string } {
  try {
    const status = statSync(file)
    if (!status.isFile()) return { reason: 'This is no file.' }
    if (status.size > largest) return { reason: 'The file is larger than 64 MB.' }
    return { text: readFileSync(file, 'utf8') }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    return { reason: `The file cannot be read (${code}).` }
  }
}

async function fetched(
  address: URL,
  timeoutMs: number,
): Promise<{ text: string } | { reason: string }> {
  try {
    const { username, password } = address
    const bare = new URL(address)
    bare.username = ''
    bare.password = ''
    const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
    const response = await fetch(bare, {
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
      headers: {
        accept: 'application/json',
        ...(username === '' && password === ''
          ? {}
          : { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` }),
      },
    })
    if (!response.ok) {
      await response.body?.cancel()
      return { reason: `The address answered ${response.status}.` }
    }
    const parts: Uint8Array[] = []
    let size = 0
    for await (const part of response.body ?? []) {
      size += part.length
      if (size > largest) return { reason: 'The answer is larger than 64 MB.' }
      parts.push(part)
    }
    return { text: Buffer.concat(parts).toString('utf8') }
  } catch (error) {
    const late = error instanceof Error && error.name === 'TimeoutError'
    return {
      reason: late
        ? `The address did not answer within ${timeoutMs / 1000} s.`
        : 'The address cannot be reached, or it leads elsewhere.',
    }
  }
}

const shown = ({ protocol, host, pathname }: URL): string => `${protocol}//${host}${pathname}`
