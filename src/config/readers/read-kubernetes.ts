import type { BindingsRead } from '../binding.ts'
import { BindingCollector } from './environment-file.ts'
import type { BindingBase, KnownValue, ReadContext } from './environment-file.ts'
import { expandKubernetes } from './expand-kubernetes.ts'
import { kubernetesObjects } from './kubernetes-objects.ts'
import type { KubernetesObjects } from './kubernetes-objects.ts'
import { at, listAt, textAt, textOf } from './yaml-tree.ts'
import type { YamlTree } from './yaml-tree.ts'

const ofSources = 20
const ofEnvironment = 1000

/**
 * Kubernetes manifests, rendered: what `env` and `envFrom` give to every container, ConfigMaps and Secrets looked up in
 * the same set of files. `env` beats `envFrom`, a later `envFrom` an earlier one; `$(NAME)` is replaced.
 */
export function readKubernetes(
  files: readonly { path: string; text: string }[],
  context: ReadContext,
): BindingsRead {
  const collector = new BindingCollector(context)
  const objects = kubernetesObjects(files, collector)
  for (const workload of objects.workloads) {
    const { name, pod, file } = workload
    for (const kind of ['initContainers', 'containers', 'ephemeralContainers']) {
      for (const container of listAt(pod, kind)) {
        const own = textAt(container, 'name') ?? ''
        const component = own === '' || own === name ? name : `${name}/${own}`
        new ContainerReader(objects, collector, { file, component }).read(container)
      }
    }
  }
  return collector.read()
}

class ContainerReader {
  readonly #objects: KubernetesObjects
  readonly #collector: BindingCollector
  readonly #file: string
  readonly #component: string
  /** Values so far, for `$(NAME)`; undefined = known to be there, but not what it is. */
  readonly #values = new Map<string, string | undefined>()

  constructor(
    objects: KubernetesObjects,
    collector: BindingCollector,
    { file, component }: { file: string; component: string },
  ) {
    this.#objects = objects
    this.#collector = collector
    this.#file = file
    this.#component = component
  }

  read(container: YamlTree): void {
    for (const [index, item] of listAt(container, 'envFrom').entries()) {
      this.#readSource(item, ofSources + Math.min(index, 900))
    }
    for (const item of listAt(container, 'env')) this.#readVariable(item)
  }

  #add(key: string, value: KnownValue, base: Partial<BindingBase> & { line: number }): void {
    const { line, ...rest } = base
    const location = rest.location ?? { file: this.#file, line }
    this.#values.set(key, value.state === 'set' ? value.text : undefined)
    this.#collector.add(
      {
        source: 'kubernetes',
        component: this.#component,
        phase: 'run',
        precedence: ofEnvironment,
        delivery: 'per-revision',
        ...rest,
        location,
      },
      key,
      value,
    )
  }

  #readSource(item: YamlTree, precedence: number): void {
    const prefix = textAt(item, 'prefix') ?? ''
    for (const kind of ['configMap', 'secret'] as const) {
      const reference = at(item, `${kind}Ref`)
      const name = textAt(reference, 'name')
      if (reference === undefined || name === undefined) continue
      const source = this.#objects.source(kind, name)
      if (source === undefined) {
        if (textAt(reference, 'optional') === 'true') continue
        const what = kind === 'secret' ? 'Secret' : 'ConfigMap'
        this.#collector.notRead(
          this.#file,
          reference.line,
          `The ${what} ${name} is not among the files: its keys are not known.`,
        )
        continue
      }
      for (const [key, value] of source.data) {
        this.#add(prefix + key, value.value, {
          line: item.line,
          precedence,
          delivery: source.delivery,
          location: { file: source.file, line: value.line },
        })
      }
    }
  }

  #readVariable(item: YamlTree): void {
    const key = textAt(item, 'name')
    if (key === undefined) return
    const from = at(item, 'valueFrom')
    if (from === undefined) {
      const value = at(item, 'value')
      if (value?.kind === 'scalar' && value.value !== null && typeof value.value !== 'string') {
        this.#collector.notRead(
          this.#file,
          value.line,
          `The value of ${key} is not text: Kubernetes refuses it.`,
        )
        this.#add(
          key,
          { state: 'unknown', detail: 'It is not text, and Kubernetes refuses it.' },
          { line: item.line },
        )
        return
      }
      this.#add(key, expandKubernetes(textOf(value) ?? '', this.#values), { line: item.line })
      return
    }
    for (const kind of ['configMap', 'secret'] as const) {
      const reference = at(from, `${kind}KeyRef`)
      if (reference !== undefined) this.#readReference(key, reference, kind, item.line)
    }
    for (const other of ['fieldRef', 'resourceFieldRef', 'fileKeyRef']) {
      const reference = at(from, other)
      if (reference === undefined) continue
      const what =
        textAt(reference, 'fieldPath') ??
        textAt(reference, 'resource') ??
        textAt(reference, 'path') ??
        ''
      this.#add(key, { state: 'reference', detail: `${other}/${what}` }, { line: item.line })
    }
  }

  #readReference(
    key: string,
    reference: YamlTree,
    kind: 'configMap' | 'secret',
    line: number,
  ): void {
    const name = textAt(reference, 'name') ?? ''
    const of = textAt(reference, 'key') ?? ''
    const source = this.#objects.source(kind, name)
    const optional = textAt(reference, 'optional') === 'true'
    const delivery = source?.delivery ?? 'shared-mutable'
    const detail = `${kind === 'secret' ? 'secret' : 'configmap'}/${name}#${of}`
    const value = source?.data.get(of)?.value
    if (value !== undefined) this.#add(key, value, { line, delivery })
    else if (source !== undefined && optional)
      this.#add(key, { state: 'unset' }, { line, delivery })
    else {
      this.#add(key, { state: 'reference', detail }, { line, delivery })
      if (source !== undefined)
        this.#collector.notRead(
          this.#file,
          line,
          `${detail} does not exist: the container does not start.`,
        )
    }
  }
}
