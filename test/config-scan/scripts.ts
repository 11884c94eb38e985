/** Small repositories, and the keys that their scripts read: no more, and no fewer. */
export interface ScriptCase {
  name: string
  files: Record<string, string>
  keys: string[]
}

export const scripts: ScriptCase[] = [
  {
    name: 'every spelling of process.env',
    files: {
      'a.ts': `process.env.A_1; process?.env?.A_2; process.env!.A_3; process.env['A_4']; process['env'].A_5;
(process.env as any).A_6; globalThis.process.env.A_7; (<any>process.env).A_8; process.env.A_9!.trim()
const { A_10, A_11: renamed, A_12 = 'x', ...rest } = process.env; rest.A_13
const { env } = process; env.A_14; const { env: { A_15 } } = process
'A_16' in process.env; Object.hasOwn(process.env, 'A_17'); Reflect.get(process.env, 'A_18')
process.env.WRITTEN = 'x'; delete process.env.DELETED; process.env.A_19 ??= 'y'
process.env.npm_package_version`,
    },
    keys: [...Array.from({ length: 19 }, (_, i) => `A_${i + 1}`), 'npm_package_version'],
  },
  {
    name: 'other runtimes and bundlers',
    files: {
      'a.ts': `import.meta.env.VITE_A; import.meta.env.MODE; import.meta.env.DEV; Bun.env.BUN_A; Deno.env.get('DENO_A')
Deno.env.toObject().DENO_B; import { loadEnv } from 'vite'
const env = loadEnv(mode, process.cwd(), ''); env.VITE_B`,
      'b.ts': `import { env } from 'node:process'; env.P_A
import { SECRET_A, SECRET_B as b } from '$env/static/private'; import { env as dyn } from '$env/dynamic/public'; dyn.PUBLIC_A
import { API_URL } from 'astro:env/client'; import { env as cf } from 'cloudflare:workers'; cf.CF_A`,
      'c.js': `new webpack.EnvironmentPlugin(['WP_A', 'WP_B']); new EnvironmentPlugin({ WP_C: 'x' })`,
    },
    keys: [
      'VITE_A',
      'BUN_A',
      'DENO_A',
      'DENO_B',
      'VITE_B',
      'P_A',
      'SECRET_A',
      'SECRET_B',
      'PUBLIC_A',
      'API_URL',
      'CF_A',
      'WP_A',
      'WP_B',
      'WP_C',
    ],
  },
  {
    name: 'aliases across files',
    files: {
      'env.ts': `const e = process.env; export { e as settings }; export default e; export const nested = { inner: { vars: process.env } }`,
      'index.ts': `export * from './env'; export { settings as again } from './env.js'`,
      'use.ts': `import all, { settings } from './env'; import { again } from '.'; import * as ns from './env'; import { nested } from './env'
all.B_1; settings.B_2; again.B_3; ns.settings.B_4; nested.inner.vars.B_5; Other.NOT_READ; const { B_6 } = settings
function shadow(settings) { return settings.NOT_THIS }`,
      'cjs.js': `const { settings } = require('./env'); settings.B_7; const e = require('./env').default; e.B_8; module.exports = { vars: process.env }`,
      'cjs2.js': `const c = require('./cjs'); c.vars.B_9`,
    },
    keys: ['B_1', 'B_2', 'B_3', 'B_4', 'B_5', 'B_6', 'B_7', 'B_8', 'B_9'],
  },
  {
    name: 'functions that look keys up',
    files: {
      'lib/lookup.ts': `export function fetchVar(name: string, fallback?: string) { const v = process.env[name] ?? fallback; if (!v) throw new Error(name); return v }
export const num = (key: string) => Number(fetchVar(key))
export const envOf = (key: string) => process.env[\`APP_\${key.toUpperCase()}\`]
export default class Reader { private vars = process.env; static of(k: string) { return process.env[k] } read(k: string) { return this.vars[k] }
  bool(k: string) { return this.read(k) === 'true' } }
export const tools = { pick: (k) => fetchVar(k, 'x'), other(k) { return k } }`,
      'use.ts': `import Reader, { fetchVar, num, envOf, tools } from './lib/lookup'
fetchVar('C_1'); num('C_2'); envOf('mail_host'); Reader.of('C_3'); const r = new Reader(); r.read('C_4'); r.bool('C_5'); tools.pick('C_6')
tools.other('NOT_READ'); fetchVar(cond ? 'C_7' : 'C_8'); const KEY = 'C_9'; fetchVar(KEY); console.log('NOT_READ_2')
for (const k of ['C_10', 'C_11']) fetchVar(k); ['C_12'].forEach((k) => { fetchVar(k) })`,
    },
    keys: [...Array.from({ length: 12 }, (_, i) => `C_${i + 1}`), 'APP_*', 'APP_MAIL_HOST'],
  },
  {
    name: 'the environment handed to functions',
    files: {
      'config.ts': `export function readConfig(env: Record<string, string>) { const { D_1 } = env; return { url: env.D_2, port: env['D_3'] } }
export const typed = (e: NodeJS.ProcessEnv) => e.D_4
export const given = (vars = process.env) => vars.D_5
export function never(env) { return env.NOT_READ }`,
      'main.ts': `import { readConfig } from './config'; readConfig(process.env)`,
    },
    keys: ['D_1', 'D_2', 'D_3', 'D_4', 'D_5'],
  },
  {
    name: 'schemas',
    files: {
      'zod.ts': `import { z } from 'zod'
const base = z.object({ E_1: z.string() }); const schema = base.extend({ E_2: z.coerce.number().default(3), E_3: z.enum(['a', 'b']).optional() })
export const env = schema.parse(process.env); const unused = z.object({ NOT_READ: z.string() }); unused.parse(body)`,
      't3.ts': `import { createEnv } from '@t3-oss/env-nextjs'
export const env = createEnv({ server: { E_4: z.string() }, client: { NEXT_PUBLIC_E: z.string() }, runtimeEnv: process.env })`,
      'envalid.ts': `import { cleanEnv, str, port } from 'envalid'; cleanEnv(process.env, { E_5: str({ default: 'x' }), E_6: port() })`,
      'valibot.ts': `v.parse(v.object({ E_7: v.string() }), process.env)`,
      'joi.js': `const schema = Joi.object().keys({ E_8: Joi.string().required() }).unknown(); const { error, value } = schema.validate(process.env)`,
      'convict.js': `convict({ port: { doc: 'port', format: 'port', default: 80, env: 'E_9' } })`,
      'fromobject.ts': `const s = z.object({ E_10: z.string() }); s.safeParse({ ...process.env, other: 1 })`,
      'mapped.ts': `const shape = { E_11: 'string', E_12: 'number' }; for (const k of Object.keys(shape)) check(process.env[k])
const LIST = ['E_13', 'E_14'] as const; const missing = LIST.filter((k) => !process.env[k])
const defs = [{ name: 'E_15', type: 'x' }, { name: 'E_16' }]; defs.map((d) => process.env[d.name])`,
    },
    keys: [...Array.from({ length: 16 }, (_, i) => `E_${i + 1}`), 'NEXT_PUBLIC_E'],
  },
  {
    name: 'libraries',
    files: {
      'nest.ts': `import { ConfigService } from '@nestjs/config'
class S { constructor(private readonly config: ConfigService) {} f() { return this.config.get<string>('F_1') + this.config.getOrThrow('F_2') + this.config.get('database.host') } }`,
      'envvar.ts': `import env from 'env-var'; env.get('F_3').required().asInt(); import * as ev from 'env-var'; ev.get('F_4')`,
      'oclif.ts': `Flags.string({ env: 'F_5', description: 'x' })`,
      'schema.prisma': `datasource db { url = env("F_6") // env("NOT")\n}`,
      'config/custom-environment-variables.json': `{ "db": { "host": "F_7" } }`,
      'c.vue': `<template><b :x="e"/>{{ import.meta.env.VITE_F }}</template>\n<script setup lang="ts">\nconst e = import.meta.env.VITE_G\n</script>`,
      'strapi.js': `module.exports = ({ env }) => ({ host: env('F_8', '0.0.0.0'), port: env.int('F_9', 1337) })`,
    },
    keys: ['F_1', 'F_2', 'F_3', 'F_4', 'F_5', 'F_6', 'F_7', 'F_8', 'F_9', 'VITE_F', 'VITE_G'],
  },
  {
    name: 'names of keys that are written elsewhere',
    files: {
      'keys.ts': `export enum Keys { A = 'H_1', B = 'H_2' }; export const NAMES = { c: 'H_3' }; export const ALL = ['H_4', 'H_5']`,
      'use.ts': `import { ALL, Keys, NAMES } from './keys'
class Config { constructor() { this.vars = process.env } get(k) { return this.vars[k] } ensure(keys: string[]) { keys.forEach((k) => this.get(k)); return this } }
process.env[Keys.A]; const c = new Config(); c.get(Keys.B); process.env[NAMES.c]; for (const name of ALL) process.env[name]; c.ensure(['H_6', 'H_7'])`,
    },
    keys: ['H_1', 'H_2', 'H_3', 'H_4', 'H_5', 'H_6', 'H_7'],
  },
  {
    name: 'packages of a workspace and aliases of tsconfig',
    files: {
      'package.json': '{"workspaces":["packages/*"]}',
      'packages/env/package.json':
        '{"name":"@acme/env","exports":{".":"./dist/index.js","./server":"./src/server.ts"}}',
      'packages/env/src/index.ts': 'export const lookup = (k: string) => process.env[k]',
      'packages/env/src/server.ts': 'export const vars = process.env',
      'apps/web/tsconfig.json':
        '{ // paths\n "compilerOptions": { "paths": { "@/*": ["./src/*"], } } }',
      'apps/web/src/lib/vars.ts': `export { vars } from '@acme/env/server'`,
      'apps/web/src/a.ts': `import { lookup } from '@acme/env'; import { vars } from '@/lib/vars'; lookup('G_1'); vars.G_2`,
    },
    keys: ['G_1', 'G_2'],
  },
]
