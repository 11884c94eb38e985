import type { KnownValue } from './environment-file.ts'

/**
 * `$(NAME)` of Kubernetes: replaced by what stands before it in the same container, kept where the name is not set;
 * `$$` is `$`. A name that is set to something unknown makes the value unknown.
 */
export function expandKubernetes(
  value: string,
  values: ReadonlyMap<string, string | undefined>,
): KnownValue {
  let unknown: string | undefined
  const text = value.replace(/\$\$|\$\(([^)]*)\)/g, (all: string, name?: string) => {
    if (name === undefined) return '$'
    if (!values.has(name)) return all
    const known = values.get(name)
    if (known === undefined) unknown ??= name
    return known ?? ''
  })
  if (unknown !== undefined)
    return { state: 'unknown', detail: `It depends on ${unknown}, whose value is not known.` }
  if (text.length > 1_000_000)
    return { state: 'unknown', detail: 'Its references make it too long.' }
  return { state: 'set', text }
}
