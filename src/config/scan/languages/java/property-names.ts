/** Names in the environment of properties that frameworks bind. */

/**
 * Spring Boot's relaxed binding from the environment: dots become `_`, dashes vanish, upper case; `[0]` becomes `_0`
 * (reference manual, "Binding from Environment Variables"). A name in upper case is its own.
 */
export function relaxedName(property: string): string | undefined {
  const name = property.trim()
  if (/^[A-Z][A-Z0-9_*]*$/.test(name)) return name
  if (!/^[A-Za-z*][\w.*[\]-]*$/.test(name)) return undefined
  return name.replaceAll('-', '').replace(/[.[]/g, '_').replaceAll(']', '').toUpperCase()
}

/** MicroProfile Config: what is neither letter nor digit becomes `_`, upper case (specification, "Environment Variables Mapping Rules"). */
export function microprofileName(property: string): string | undefined {
  if (!/^[A-Za-z*%"][\w.*"%/-]*$/.test(property)) return undefined
  return property.replace(/[^A-Za-z0-9*]/g, '_').toUpperCase()
}

/** `maxPoolSize` -> `max-pool-size`. */
export function kebabCased(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase()
}
