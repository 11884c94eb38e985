/** A place where a key is written down without being read. */
import type { ValueType } from '../key-read.ts'
import type { Location } from '../location.ts'
import type { SealedValue } from '../sealed-value.ts'

/**
 * - `sample`: a dotenv file that is copied (`.env.example`);
 * - `schema`: `.env.schema`, a JSON Schema, Spring's configuration metadata;
 * - `documentation`: tables and code blocks of Markdown, reStructuredText and AsciiDoc;
 * - `settings`: a file of defaults that the environment overrides (`appsettings.json`, `application.yml`);
 * - `platform`: `app.json`, `render.yaml`, `fly.toml`, `turbo.json` and the like.
 */
export type DeclarationKind =
  | 'sample'
  | 'schema'
  | 'documentation'
  | 'compose'
  | 'kubernetes'
  | 'helm'
  | 'ci'
  | 'image'
  | 'settings'
  | 'platform'

export interface Declaration {
  key: string
  location: Location
  kind: DeclarationKind
  /** Folder of the file; '' = the root. */
  component: string
  /** What the text says that holds without the key. */
  default?: string
  /** What stands beside it, at most 300 characters. */
  comment?: string
  /** The value it is written with, which may be a real one. */
  example?: SealedValue
  required?: boolean
  type?: ValueType
}
