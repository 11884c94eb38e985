/** Which texts an oracle can be asked, and its answers without what it alone does. See `docs/config-dialects.md`. */
import type { Dialect } from '../src/config/binding.ts'
import { oracles, safeForBash } from './config-dialects-oracles.ts'
import type { Answer } from './config-dialects-oracles.ts'

export function forOracle(dialect: Dialect, texts: readonly string[]): string[] {
  return texts.filter((text) => {
    if (dialect === 'shell')
      return safeForBash(text) && !text.includes('\ufeff') && !text.includes('\r')
    // dotenvx would run it
    if (dialect === 'dotenvx') return !text.includes('$(')
    if (dialect !== 'systemd') return true
    // environment.d replaces references and leaves out empty values; comments are continued before 254
    return !/\$|^\s*[#;].*\\$|=\s*(?:""|''|\\)*\s*["']?\s*$/m.test(text) && !text.includes('\r')
  })
}

export function oracleAnswer(dialect: Dialect, texts: readonly string[]): Answer[] {
  const ask = oracles[dialect]
  if (ask === undefined) throw new Error(`Nobody to ask about ${dialect}.`)
  return ask(texts)
}
