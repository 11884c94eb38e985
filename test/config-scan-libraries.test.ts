/** Keys that public libraries and small formats name in ways of their own: one folder of test/fixtures/config/libraries each. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { scanRepository } from '../src/config/scan/scan-repository.ts'
import { keysOf } from './config-scan/keys-of.ts'

const folder = join(import.meta.dirname, 'fixtures/config/libraries')
const expected: [language: string, keys: string][] = [
  [
    'go',
    `ACME_SMTP_HOST ACME_SMTP_ADMIN_EMAIL ACME_SITE_URL ACME_JWT_SECRET ACME_JWT_EXP ACME_LOG_LEVEL MYAPP_LISTEN_ADDR MYAPP_DEBUG AA_ONE AA_TWO OP_L1_RPC BB_ONE CC_ONE CC_TWO ACME_SERVER_PORT ACME_DATABASE_HOST KOA_SERVER_HOST KOA_SERVER_PORT DB_PASS DB_PASS_FILE`,
  ],
  [
    'python',
    `DYN_REDIS_HOST DYN_PORT_NO ST_KEY_A KEY_B DJANGO_DEBUG DJANGO_SECRET_KEY ACME_MAILER ZED_N ECF_DB_HOST ECF_DB_PORT ECF_ENV LANGX ECF_FLAG DC_HOST APPX_PORT`,
  ],
  ['ruby', `RBP_* RBE_* RB_ONE RB_TWO RBX_* RBG_* GC_A STRIPE__SECRET`],
  [
    'rust',
    `RSP_* RSQ_* RSS_* LISTEN_ADDR RSC_TOKEN RSC_CONST RSC_BUILD FIG_PORT FIG_DB__URL FIH_PORT FIH_DB_URL RCF__DB__URL RCF__PORT EC_HOST EC_PORT EC_N PLAIN_FIELD`,
  ],
  [
    'java',
    `ACME_MAIL_HOST ACME_MAIL_MAXRETRIES ACME_MAIL_SECURITY_ENABLED ACME_MAIL_SECURITY_USERNAME ACME_MAIL_TLS_KEYSTORE ACME_REC_APIKEY ACME_REC_POOL_SIZE JVP_* JVQ_* JV_A ACME_KAFKA_TOPIC_NAME ACME_K_TWO ACME_SERVER_HOST ACME_SERVER_THE_PORT ACME_SERVER_LOG_ENABLED ACME_SERVER_MAX_SIZE`,
  ],
  [
    'csharp',
    `Mail__Host Mail__Tls__Enabled Rec__Size Top__Inner Num__One ConnectionStrings__Main Sec__Val S2__In Rec2__Size BaseURL RunIt CSP_* CSQ_* CSG_ONE Maps__Max Maps__Host Maps__In__V Apm__Full`,
  ],
  ['php', `PHP_P_* PHE_*`],
  [
    'small',
    `CD_PORT CD_HOST CD_ENV POSTGRES_U POSTGRES_P SHI_REPOS_*_DIR SHL_A_FILE SHL_B_FILE SHL_A SHL_B SHG_* SHH_* SHP_* SHW_* MK_A JST_A JST_B JST_C JS_TITLE JS_PORT`,
  ],
]

test('what libraries of every language name, in one repository', async () => {
  const scan = await scanRepository(folder, { threads: 1 })
  const missed = expected.flatMap(([language, keys]) => {
    const inside = scan.reads.filter((it) => it.location.file.startsWith(`${language}/`))
    const read = new Set(inside.map((it) => it.key))
    return keys.split(' ').filter((key) => !read.has(key))
  })
  expect(missed).toEqual([])
  // a struct that is filled elsewhere takes the place of the template of its prefix
  const kelsey = scan.reads.filter((it) => it.location.file.startsWith('go/kelsey/'))
  expect(kelsey.map((it) => it.key)).not.toContain('ACME_*')
})

test('JavaScript: nconf, node-config, commander, Nest, Fastify, workers, twins and scripts; sections of .NET', async () => {
  const keys = await keysOf({
    'nconf.js': `const nconf = require('nconf')
nconf.argv().env(['NC_LISTED']).env({ whitelist: ['NC_WHITE'] })
nconf.get('NC_ASKED')`,
    'config/custom-environment-variables.yaml': `mail:
  host: CEY_HOST
  port:
    __name: "CEY_PORT"
    __format: "json"
`,
    'config/custom-environment-variables.js': `module.exports = { a: 'CEJ_A' }`,
    'cli.js': `const { Option } = require('commander')
program.addOption(new Option('-p, --port <n>').env('CMD_PORT'))`,
    'yargs.js': `const yargs = require('yargs')
yargs.env('YRG').option('the-key', { type: 'string' })`,
    'module.ts': `ConfigModule.forRoot({ validationSchema: Joi.object({ JVS_A: Joi.string(), JVS_B: Joi.number() }) })`,
    'fastify.js': `const schema = { type: 'object', properties: { FE_A: { type: 'string' } } }
fastify.register(require('@fastify/env'), { schema, dotenv: true })`,
    'src/types.ts': `export interface Env { WK_TOKEN: string; WK_URL?: string; BUCKET: R2Bucket }`,
    'src/index.ts': `import type { Env } from './types'
export default { async fetch(request: Request, env: Env, ctx: ExecutionContext) { return handle(env) } }`,
    'providers.ts': `type Entry = { flagKeys: string[]; nameKey: string }
export const isOn = (entry: Entry) => entry.flagKeys.some((flag) => process.env[flag] === 'true')
export const nameOf = (entry: Entry) => process.env[entry.nameKey]
export const all: Entry[] = [{ flagKeys: ['PV_FLAG_A', 'PV_FLAG_B'], nameKey: 'PV_NAME' }]`,
    'A.cs': `class A { void F() {
  var b = new ConfigurationBuilder().AddEnvironmentVariables("ACME_").Build();
  var host = b["Top:Inner"];
  var maps = b.GetSection("Maps"); var most = maps.GetValue<int>("Max", 3);
  var line = new ConfigurationBuilder().AddCommandLine(args).Build(); var other = line["OnlyLine"];
} void G(IConfigurationSection section) { var q = section["Unknown"]; } }`,
    'twin.js': `function env(key) { const file = process.env[key + '_FILE']; return file ? read(file) : process.env[key] }
env('TW_PASS')`,
    'package.json': `{ "scripts": { "start": "cross-env PORT=\${PK_PORT:-3001} node x.js" } }`,
  })
  for (const key of 'NC_LISTED NC_WHITE NC_ASKED CEY_HOST CEY_PORT CEJ_A CMD_PORT YRG_THE_KEY JVS_A JVS_B FE_A WK_TOKEN WK_URL TW_PASS TW_PASS_FILE PK_PORT PV_FLAG_A PV_FLAG_B PV_NAME ACME_Top__Inner ACME_Maps__Max Maps__Max'.split(
    ' ',
  ))
    expect(keys).toContain(key)
  for (const key of ['BUCKET', 'PORT', 'OnlyLine', 'Unknown', 'Max'])
    expect(keys).not.toContain(key)
})
