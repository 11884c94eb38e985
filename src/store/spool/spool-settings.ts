import { AftergreenError } from '../../errors.ts'

export interface SpoolSettings {
  /** Most bytes on disk that the engine does not have yet. */
  maxBytes?: number
  /** Bytes of the disk that are left free. */
  diskReserve?: number
}

/**
 * `AFTERGREEN_SPOOL_BYTES` and `AFTERGREEN_DISK_RESERVE`.
 * @throws USAGE
 */
export function spoolSettings(
  environment: Readonly<Record<string, string | undefined>>,
): SpoolSettings {
  const maxBytes = bytes(environment, 'AFTERGREEN_SPOOL_BYTES', 2 ** 20)
  const diskReserve = bytes(environment, 'AFTERGREEN_DISK_RESERVE', 0)
  return {
    ...(maxBytes !== undefined && { maxBytes }),
    ...(diskReserve !== undefined && { diskReserve }),
  }
}

const units: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  m: 1e6,
  g: 1e9,
  t: 1e12,
  ki: 2 ** 10,
  mi: 2 ** 20,
  gi: 2 ** 30,
  ti: 2 ** 40,
}

function bytes(
  environment: Readonly<Record<string, string | undefined>>,
  name: string,
  least: number,
): number | undefined {
  const text = environment[name]?.trim()
  if (text === undefined || text === '') return undefined
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)\s*([kmgt]i?)?b?$/i.exec(text) ?? []
  const value = Number(number) * (units[unit.toLowerCase()] ?? Number.NaN)
  if (value >= least && value <= Number.MAX_SAFE_INTEGER) return Math.floor(value)
  throw new AftergreenError('USAGE', `${name} is not a size of at least ${least} bytes.`, {
    hint: 'Write bytes, or a number with a unit: 500MB, 4GiB.',
  })
}
