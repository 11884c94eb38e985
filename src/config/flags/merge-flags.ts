import type { UnreadInput } from '../binding.ts'
import type { Flag, FlagEnvironment } from './flag.ts'

/** Flags of several exports put together: one export often holds one environment. */
export function mergeFlags(flags: readonly Flag[]): { flags: Flag[]; unread: UnreadInput[] } {
  const merged = new Map<string, Flag>()
  const unread: UnreadInput[] = []
  for (const flag of flags) {
    const id = `${flag.platform}\0${flag.key}`
    const known = merged.get(id)
    if (known === undefined) {
      merged.set(id, flag)
      continue
    }
    const names = new Set(known.environments.map(({ name }) => name))
    const added: FlagEnvironment[] = []
    for (const environment of flag.environments) {
      if (names.has(environment.name)) {
        const reason = `The flag ${flag.key} is there twice for ${environment.name}; the first is taken (${known.location.file}:${known.location.line}).`
        unread.push({ location: flag.location, reason })
      } else added.push(environment)
    }
    const variants = new Map([...flag.variants, ...known.variants].map((it) => [it.name, it]))
    merged.set(id, {
      ...flag,
      ...known,
      kind: known.kind === flag.kind ? known.kind : 'json',
      variants: [...variants.values()],
      environments: [...known.environments, ...added],
      archived: known.archived && flag.archived,
      markedStale: known.markedStale || flag.markedStale,
    })
  }
  return { flags: [...merged.values()], unread }
}
