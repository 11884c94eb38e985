import { dialects } from '../binding.ts'
import type { Dialect } from '../binding.ts'
import type { EnvironmentFile, EnvironmentFormat } from './environment-file.ts'

const dialectNames: ReadonlySet<string> = new Set<Dialect>(dialects)

export interface Recognised {
  format: EnvironmentFormat
  /** Of a dotenv text and of a script. */
  dialect?: Dialect
}

/** What a file is: told, or by its name and content; undefined = nothing that is read here. */
export function recogniseFormat({ path, text, as }: EnvironmentFile): Recognised | undefined {
  if (as === 'dotenv' || as === 'shell') return { format: as, dialect: as }
  // `compose` names a format and a dialect: a Compose file is meant where it looks like one
  if (as === 'compose')
    return looksLikeYaml(path) ? { format: 'compose' } : { format: 'dotenv', dialect: 'compose' }
  if (as !== undefined && dialectNames.has(as)) return { format: 'dotenv', dialect: as as Dialect }
  if (as !== undefined) return { format: as as EnvironmentFormat }
  const name = path.split('/').at(-1)?.toLowerCase() ?? ''
  if (/^(?:application|bootstrap)(?:-[^/]+)?\.(?:ya?ml|properties)$/.test(name))
    return { format: 'spring' }
  if (/^(?:dockerfile|containerfile)(?:\..+)?$|\.(?:dockerfile|containerfile)$/.test(name))
    return { format: 'dockerfile' }
  if (name.endsWith('.json')) return json(text)
  if (looksLikeYaml(path)) return yaml(path, text)
  if (/\.(?:sh|bash|envrc)$|^\.envrc$/.test(name)) return { format: 'shell', dialect: 'shell' }
  if (/(?:^|\.)env(?:\.|$)|^\.flaskenv$|\.env\b/.test(name))
    return { format: 'dotenv', dialect: 'dotenv' }
  const head = text.slice(0, 20_000)
  if (/^\s*[{[]/.test(head)) return json(text)
  if (/^#!.*\bsh\b/.test(head)) return { format: 'shell', dialect: 'shell' }
  if (/^(?:apiVersion|kind|services):/m.test(head)) return yaml(path, text)
  if (/^\s*export\s+\w+=/m.test(head)) return { format: 'shell', dialect: 'shell' }
  return /^\s*[A-Za-z_]\w*\s*=/m.test(head) ? { format: 'dotenv', dialect: 'dotenv' } : undefined
}

function looksLikeYaml(path: string): boolean {
  return /\.ya?ml$/i.test(path)
}

function json(text: string): Recognised | undefined {
  if (/"resource_changes"\s*:|"planned_values"\s*:/.test(text)) return { format: 'terraform-plan' }
  if (/"terraform_version"\s*:/.test(text) && /"root_module"\s*:|"values"\s*:/.test(text))
    return { format: 'terraform-state' }
  if (/"containerDefinitions"\s*:|"taskDefinition"\s*:/.test(text)) return { format: 'ecs' }
  if (/"apiVersion"\s*:/.test(text) && /"kind"\s*:/.test(text)) return { format: 'kubernetes' }
  return undefined
}

function yaml(path: string, text: string): Recognised | undefined {
  if (/(?:^|\/)\.github\/workflows\//.test(path)) return { format: 'github-actions' }
  if (/^\s*["']?apiVersion["']?:/m.test(text) && /^\s*["']?kind["']?:/m.test(text))
    return { format: 'kubernetes' }
  if (/^(?:services|include):/m.test(text)) return { format: 'compose' }
  if (/^jobs:/m.test(text) && /^["']?on["']?:/m.test(text)) return { format: 'github-actions' }
  return undefined
}
