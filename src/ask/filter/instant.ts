/**
 * A time as people and programs write it (ISO 8601: `2026-11-23`, `2026-11-23 10:00`, `2026-11-23T10:00:00.5+01:00`),
 * as the engine's text of a DateTime64(9) in UTC. Without a zone it is UTC. Undefined where it is no time, or none
 * that the engine can hold.
 */
export function parseInstant(text: string): string | undefined {
  const parts =
    /^(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s?([Zz]|[+-]\d\d:?\d\d)?)?$/.exec(
      text.trim(),
    )
  if (parts === null) return undefined
  const [, date = '', minutes = '00:00', seconds = '00', fraction = '', zone = 'Z'] = parts
  const offset = zone.toUpperCase() === 'Z' ? 'Z' : zone.replace(/:?(\d\d)$/, ':$1')
  const local = Date.parse(`${date}T${minutes}:${seconds}Z`)
  const milliseconds = Date.parse(`${date}T${minutes}:${seconds}${offset}`)
  // the 31st of February would become a day in March
  if (Number.isNaN(milliseconds) || !new Date(local).toISOString().startsWith(date))
    return undefined
  const whole = formatInstant(milliseconds)
  return whole === undefined || fraction === '' ? whole : whole.replace(/\d{3}$/, fraction)
}

/** Milliseconds since 1970, as the engine's text of a DateTime64 in UTC. */
export function formatInstant(milliseconds: number): string | undefined {
  // DateTime64(9) ends in April 2262
  if (!(milliseconds >= Date.UTC(1900) && milliseconds < Date.UTC(2262))) return undefined
  return new Date(milliseconds).toISOString().replace('T', ' ').replace('Z', '')
}
