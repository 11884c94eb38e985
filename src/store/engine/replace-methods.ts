import type { ClickHouseClient } from '@clickhouse/client'

type Replaceable = Pick<ClickHouseClient, 'query' | 'command' | 'insert' | 'exec'>

/** The parameters that do not depend on the format of the answer. */
export type Replacements = {
  [Name in keyof Replaceable]?: (
    params: Parameters<Replaceable[Name]>[0],
  ) => ReturnType<Replaceable[Name]>
}

/** A client that is like another one but for some of its methods. */
export function replaceMethods(
  client: ClickHouseClient,
  replacements: Replacements,
): ClickHouseClient {
  return new Proxy(client, {
    get(target, name) {
      const replacement: unknown = Reflect.get(replacements, name)
      if (replacement !== undefined) return replacement
      const own: unknown = Reflect.get(target, name)
      return typeof own === 'function' ? (own.bind(target) as unknown) : own
    },
  })
}
