/** Keys in texts that template engines fill from the environment. */
import type { DefaultValue } from '../../../key-read.ts'

export interface TemplateReference {
  key: string
  offset: number
  default?: DefaultValue
}

const patterns: readonly RegExp[] = [
  // not `.Values.env "KEY"`: gomplate, sigil, dockerize, consul-template, Helm-like engines with the environment
  /\{\{-?[^{}\n]{0,200}?(?<![.$\w])(?:getenv|env\.Getenv|mustEnv|env|envOrDefault|requiredEnv)\s+["'`](?<key>[A-Za-z_]\w*)["'`](?:\s+["'`](?<standIn>[^"'`\n]*)["'`])?/g,
  /\{\{-?[^{}\n]{0,200}?\.Env\.(?<key>[A-Za-z_]\w*)/g,
  // Ansible
  /\blookup\(\s*["'](?:ansible\.builtin\.)?env["']\s*,\s*["'](?<key>[A-Za-z_]\w*)["']\s*\)(?:\s*\|\s*default\(\s*["'](?<standIn>[^"'\n]*)["'])?/g,
  /\bansible_env\.(?<key>[A-Z_][A-Z0-9_]*)/g,
  // dbt
  /\benv_var\(\s*["'](?<key>[A-Za-z_]\w*)["'](?:\s*,\s*["'](?<standIn>[^"'\n]*)["'])?/g,
  // Symfony
  /%env\((?:[\w-]+:)*(?<key>[A-Za-z_]\w*)\)%/g,
  // ERB
  /<%[^%\n]{0,200}?\bENV\[\s*["'](?<key>[A-Za-z_]\w*)["']\s*\]/g,
  /<%[^%\n]{0,200}?\bENV\.fetch\(\s*["'](?<key>[A-Za-z_]\w*)["'](?:\s*(?:,|\)\s*\{)\s*["']?(?<standIn>[^"'()\n}]*))?/g,
  // supervisord
  /%\(ENV_(?<key>[A-Za-z_]\w*)\)s/g,
]

export function templateReferences(text: string): TemplateReference[] {
  const found: TemplateReference[] = []
  for (const pattern of patterns)
    for (const match of text.matchAll(pattern)) {
      const { key, standIn } = match.groups as { key: string; standIn?: string }
      if (found.length >= 10_000) return found
      found.push({
        key,
        offset: match.index,
        ...(standIn !== undefined && { default: { literal: standIn.trim(), forEmpty: false } }),
      })
    }
  return found
}
