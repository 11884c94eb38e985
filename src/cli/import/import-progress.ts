import { formatCount } from '../format-value.ts'
import { cleanText } from '../wrap-text.ts'
import type { ImportedFile } from './import-report.ts'
import type { Input } from './open-input.ts'

export interface ProgressOptions {
  /** Draws one line over and over; else a line every few seconds. */
  live: boolean
  width: number
  write: (text: string) => void
  now?: () => number
}

const liveEvery = 100
const lineEvery = 5000

/** Says how far an import is: bytes, records, records a second, time left. */
export class ImportProgress {
  readonly #options: ProgressOptions
  readonly #now: () => number
  readonly #begun: number
  #last = -Infinity
  #drawn = false

  constructor(options: ProgressOptions) {
    this.#options = options
    this.#now = options.now ?? (() => performance.now())
    this.#begun = this.#now()
    this.#last = options.live ? -Infinity : this.#begun
  }

  update(file: ImportedFile, { name, size }: Input): void {
    const now = this.#now()
    const { live, write } = this.#options
    if (now - this.#last < (live ? liveEvery : lineEvery)) return
    this.#last = now
    const line = progressLine(file, name, size, (now - this.#begun) / 1000)
    if (live) write(`\r\u001b[2K${line.slice(0, Math.max(20, this.#options.width - 1))}`)
    else write(`${line}\n`)
    this.#drawn = live
  }

  /** Makes room for other lines. */
  clear(): void {
    if (this.#drawn) this.#options.write('\r\u001b[2K')
    this.#drawn = false
  }
}

function progressLine(
  { bytes, accepted, duplicate }: ImportedFile,
  name: string,
  size: number | undefined,
  seconds: number,
): string {
  const share = size === undefined || size === 0 ? undefined : Math.min(1, bytes / size)
  const parts = [
    share === undefined ? '' : `${bar(share)} ${Math.floor(share * 100)} %`,
    cleanText(name === '-' ? 'standard input' : name),
    `${formatCount(bytes / 1e6)} MB`,
    `${formatCount(accepted)} records`,
    `${formatCount(Math.round(accepted / Math.max(seconds, 0.001)))}/s`,
    duplicate === 0 ? '' : `${formatCount(duplicate)} requests known`,
    share === undefined || share < 0.01 || share === 1
      ? ''
      : `${timeOf((seconds / share) * (1 - share))} left`,
  ]
  return parts.filter((part) => part !== '').join('  ')
}

function bar(share: number): string {
  const filled = Math.floor(share * 20)
  return `${'█'.repeat(filled)}${'░'.repeat(20 - filled)}`
}

function timeOf(seconds: number): string {
  if (seconds >= 3600) return `${Math.round(seconds / 360) / 10} h`
  return seconds >= 90 ? `${Math.round(seconds / 60)} min` : `${Math.ceil(seconds)} s`
}
