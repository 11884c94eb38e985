import type { FactField, FactFilling, FileFacts } from './file-facts.ts'
import type { SymbolValue, SymbolValues } from './symbol-values.ts'

type SchemaValue = Extract<SymbolValue, { is: 'schema' }>

const maximumNesting = 6

export interface FilledSchemas {
  /** Fields of a file whose schema is filled from the environment, with each prefix that it is filled under. */
  fieldsOf(file: string): readonly (FactField & { prefix: string })[]
  /** Whether a schema, or one that it extends, has that field and is filled. */
  has(schema: SchemaValue, key: string): boolean
  /** Whether a schema of a file is filled. */
  filled(file: string, schema: string): boolean
}

/** Which schemas are filled from the environment: directly, by what extends them, or by what they extend. Pure. */
export function filledSchemas(
  facts: ReadonlyMap<string, FileFacts>,
  values: SymbolValues,
): FilledSchemas {
  const fields = new Map<string, Map<string, FactField[]>>()
  for (const [file, it] of facts) {
    if (it.fields.length === 0) continue
    const bySchema = new Map<string, FactField[]>()
    for (const field of it.fields) {
      const list = bySchema.get(field.schema)
      if (list === undefined) bySchema.set(field.schema, [field])
      else list.push(field)
    }
    fields.set(file, bySchema)
  }
  /** Prefixes by schema. */
  const filled = new Map<string, Set<string>>()
  const id = (schema: { file: string; schema: string }): string =>
    `${schema.file}\0${schema.schema}`

  function fill(schema: SchemaValue, prefix: string, depth: number, separator?: string): boolean {
    const prefixes = filled.get(id(schema)) ?? new Set()
    if (prefixes.has(prefix) || prefixes.size >= 200 || depth > 20) return false
    filled.set(id(schema), prefixes.add(prefix))
    for (const path of schema.extends) {
      const base = values.valueOf(schema.file, path)
      if (base?.is === 'schema') fill(base, prefix, depth + 1, separator)
    }
    for (const field of fields.get(schema.file)?.get(schema.schema) ?? []) {
      const inner = depth < maximumNesting ? schemaOf(schema.file, field) : undefined
      const between = field.separator === '' ? '' : (separator ?? field.separator ?? '')
      if (inner !== undefined) fill(inner, prefix + field.key + between, depth + 1, separator)
    }
    return true
  }

  /** Under what a filling puts the fields: of a section of .NET's configuration `A:B` it is `A__B__`. */
  function sectionsOf(file: string, { section }: FactFilling): readonly string[] {
    if (section === undefined) return ['']
    const value = values.valueOf(file, section)
    if (value?.is !== 'text') return []
    return value.texts.map((text) => `${text.replaceAll(':', '__')}__`)
  }

  /** The schema that a field's type is. */
  function schemaOf(file: string, { of }: FactField): SchemaValue | undefined {
    const value = of === undefined ? undefined : values.valueOf(file, of)
    return value?.is === 'schema' && fields.get(value.file)?.has(value.schema) === true
      ? value
      : undefined
  }

  const schemas: SchemaValue[] = []
  for (const [file, it] of facts) {
    // of an object that another one is made from nothing follows; a class is what its base is
    if (it.language === 'javascript' || it.language === 'typescript') continue
    for (const { name, meaning } of it.symbols) {
      if (meaning.is !== 'schema') continue
      const value = values.valueOf(file, [name])
      if (value?.is === 'schema') schemas.push(value)
    }
  }
  const nested = new Set<string>()
  for (const [file, it] of facts) {
    if (!it.fillings.some(({ root }) => root !== undefined)) continue
    for (const field of it.fields) {
      const inner = schemaOf(file, field)
      if (inner !== undefined) nested.add(id(inner))
    }
  }
  // fillings may follow from one another; each pass fills at least one more, or ends it
  for (let pass = 0, changed = true; changed && pass < 20; pass++) {
    changed = false
    for (const [file, it] of facts) {
      for (const filling of it.fillings) {
        if (filling.root !== undefined && nested.has(id({ file, schema: filling.root }))) continue
        const schema =
          values.valueOf(file, filling.schema) ?? ownSchema(fields, file, filling.schema)
        if (schema?.is !== 'schema') continue
        const source = values.valueOf(file, filling.from ?? [])
        const prefixes =
          source?.is === 'environment'
            ? [source.prefix]
            : source?.is === 'schema'
              ? [...(filled.get(id(source)) ?? [])]
              : []
        const own = filling.prefix ?? schema.prefix
        for (const section of sectionsOf(file, filling)) {
          for (const prefix of prefixes)
            if (fill(schema, prefix + section + own, 0, filling.separator)) changed = true
        }
      }
    }
    for (const schema of schemas) {
      for (const path of schema.extends) {
        const base = values.valueOf(schema.file, path)
        if (base?.is !== 'schema' || !filled.has(id(base))) continue
        if (!filled.has(id(schema)) && fill(schema, schema.prefix, 0)) changed = true
      }
    }
  }

  const has = (schema: SchemaValue, key: string, depth: number): boolean => {
    if (depth > 20 || !filled.has(id(schema))) return false
    if (
      fields
        .get(schema.file)
        ?.get(schema.schema)
        ?.some((it) => it.key === key) === true
    )
      return true
    return schema.extends.some((path) => {
      const base = values.valueOf(schema.file, path)
      return base?.is === 'schema' && has(base, key, depth + 1)
    })
  }
  return {
    fieldsOf(file) {
      const own = fields.get(file)
      if (own === undefined) return []
      return [...own].flatMap(([schema, list]) =>
        [...(filled.get(id({ file, schema })) ?? [])].flatMap((prefix) =>
          list.flatMap((field) =>
            field.separator !== '' && schemaOf(file, field) === undefined
              ? [Object.assign({}, field, { prefix })]
              : [],
          ),
        ),
      )
    },
    has: (schema, key) => has(schema, key, 0),
    filled: (file, schema) => filled.has(id({ file, schema })),
  }
}

/** A schema that no symbol tells of, by the name of its fields. */
function ownSchema(
  fields: ReadonlyMap<string, ReadonlyMap<string, unknown>>,
  file: string,
  path: readonly string[],
): SchemaValue | undefined {
  const schema = path.join('.')
  return fields.get(file)?.has(schema) === true
    ? { is: 'schema', file, schema, extends: [], prefix: '' }
    : undefined
}
