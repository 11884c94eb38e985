/** `${KEY}` in the values of files that set variables, and in other small formats that name the environment. */
import { isEnvironmentName, type Reference, referencesIn } from '../reference/references.ts'

const dotenvName = /(?:^|\/)[\w.-]*\.env(?:[._-][\w.-]+)?$/
const ofCode =
  /\.(?:[cm]?[jt]sx?|py|rb|go|rs|php|java|kt|cs|sh|bash|md|mdx|txt|json|ya?ml|tpl|tmpl|erb|j2|license|vue|svelte)$/

export const isDotenv = (path: string): boolean => dotenvName.test(path) && !ofCode.test(path)

/** References that dotenv-expand, Compose and shells replace: not in comments, nor between single quotes. */
export function dotenvReferences(text: string): Pick<Reference, 'key' | 'offset'>[] {
  const masked = text.replaceAll(/^[ \t]*#[^\n]*/gm, blank).replaceAll(/=[ \t]*'[^'\n]*'/g, blank)
  return referencesIn(masked, {})
    .filter(({ key }) => isEnvironmentName(key))
    .map(({ key, offset }) => ({ key, offset }))
}

const blank = (text: string): string => text.replaceAll(/[^\n]/g, ' ')

export const isCaddyfile = (path: string): boolean =>
  /(?:^|\/)Caddyfile(?:[.-][\w.-]+)?$|\.[cC]addyfile$|\.caddy$/.test(path)
export const isJustfile = (path: string): boolean => /(?:^|\/)\.?[jJ]ustfile$|\.just$/.test(path)
export const isSettingsJson = (path: string): boolean =>
  /(?:^|\/)[^/]*(?:settings|config)[^/]*\.json(?:\.[\w-]+)?$|\.json\.(?:docker|template|tmpl|dist|example|sample)$/i.test(
    path,
  )

interface Found {
  key: string
  offset: number
  default?: { literal: string; forEmpty: boolean }
}

const patterns = {
  // `{$KEY}`, `{$KEY:default}`, `{env.KEY}`
  caddy: /\{(?:\$(?<key>[A-Za-z_]\w*)(?::(?<standIn>[^{}\n]*))?|env\.(?<other>[A-Za-z_]\w*))\}/g,
  just: /\b(?:env_var|env_var_or_default|env)\(\s*["'](?<key>[A-Za-z_]\w*)["'](?:\s*,\s*["'](?<standIn>[^"'\n]*)["'])?/g,
  // a whole value: `"port": "${PORT:9001}"`
  json: /"\$\{(?<key>[A-Z_][A-Z0-9_]+)(?::-?(?<standIn>[^"{}]*))?\}"/g,
}

export function smallFormat(path: string, text: string): Found[] | undefined {
  const pattern = isCaddyfile(path)
    ? patterns.caddy
    : isJustfile(path)
      ? patterns.just
      : isSettingsJson(path)
        ? patterns.json
        : undefined
  if (pattern === undefined) return undefined
  const plain = isSettingsJson(path)
    ? text.replaceAll(/\/\*[^]*?\*\/|^[ \t]*\/\/[^\n]*/gm, blank)
    : text.replaceAll(/(^|[ \t])#[^\n]*/gm, blank)
  return [...plain.matchAll(pattern)].slice(0, 10_000).map(({ index, groups }) => {
    const { key, other, standIn } = groups as Record<string, string | undefined>
    const given = standIn === undefined ? {} : { default: { literal: standIn, forEmpty: false } }
    return { key: (key ?? other)!, offset: index, ...given }
  })
}
