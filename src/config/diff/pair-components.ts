import type { EnvironmentWords } from './environment-words.ts'

export interface ComponentPairs {
  /** Component of the first environment -> that of the second. */
  forward: ReadonlyMap<string, string>
  /** Without a counterpart. */
  onlyFirst: string[]
  onlySecond: string[]
}

/**
 * Which component of one environment is which of the other, though a service is `api` in Compose, `shop-api` in Kubernetes
 * and `aws_ecs_task_definition.api/api` in a plan: by equal names, then without the environment's name and what stands
 * before the last part, then by the only one that ends with the other's name; at last the two that are left alone.
 */
export function pairComponents(
  first: readonly string[],
  second: readonly string[],
  words: readonly [EnvironmentWords, EnvironmentWords],
): ComponentPairs {
  const forward = new Map<string, string>()
  const left = new Set(first.filter((it) => it !== ''))
  const right = new Set(second.filter((it) => it !== ''))
  const pair = (one: string, other: string): void => {
    forward.set(one, other)
    left.delete(one)
    right.delete(other)
  }
  for (const name of left) if (right.has(name)) pair(name, name)
  for (const shorten of [fullName, lastName]) {
    const ofRight = Map.groupBy(right, (it) => shorten(it, words[1]))
    const ofLeft = Map.groupBy(left, (it) => shorten(it, words[0]))
    for (const [name, ones] of ofLeft) {
      const others = ofRight.get(name)
      if (ones.length === 1 && others?.length === 1) pair(ones[0]!, others[0]!)
    }
  }
  // `shop-api` and `api`; quadratic, so only among a few
  if (left.size * right.size <= 10_000) {
    const ends = [...left].flatMap((one) => {
      const name = lastName(one, words[0])
      return [...right]
        .filter((other) => endsWithName(name, lastName(other, words[1])))
        .map((other) => [one, other] as const)
    })
    const of = [Map.groupBy(ends, ([one]) => one), Map.groupBy(ends, ([, other]) => other)] as const
    for (const [one, other] of ends) {
      if (of[0].get(one)?.length === 1 && of[1].get(other)?.length === 1) pair(one, other)
    }
  }
  if (left.size === 1 && right.size === 1) pair([...left][0]!, [...right][0]!)
  return { forward, onlyFirst: [...left].toSorted(), onlySecond: [...right].toSorted() }
}

function fullName(component: string, words: EnvironmentWords): string {
  return words
    .templated(component)
    .replaceAll(/[-_./]?\{environment\}/g, '')
    .replaceAll(/\[[^\]]*\]/g, '')
    .toLowerCase()
}

function lastName(component: string, words: EnvironmentWords): string {
  const name = fullName(component, words)
  const parts = name.split(/[/.]/).filter((part) => part !== '')
  return (parts.at(-1) ?? name).replaceAll(/[_-]+/g, '-').replace(/^-|-$/g, '')
}

function endsWithName(one: string, other: string): boolean {
  if (one === '' || other === '') return false
  return one === other || one.endsWith(`-${other}`) || other.endsWith(`-${one}`)
}
