/** Keys that frameworks make from classes, structs and containers, and from what lies in other files. */
import { expect, test } from 'vitest'
import { scanKeys } from '../src/config/rules/scan-keys.ts'
import { openFactsCache } from '../src/config/scan/facts-cache.ts'
import { emptyFacts } from '../src/config/scan/empty-facts.ts'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { keysOf } from './config-scan/keys-of.ts'

test('Go: viper told in another file, structs of other files under a prefix', async () => {
  const keys = await keysOf({
    'cmd/root.go': `package cmd
import "github.com/spf13/viper"
func init() { viper.SetEnvPrefix("shop"); viper.AutomaticEnv() }`,
    'conf/keys.go': `package conf
import "github.com/spf13/viper"
func load() string { viper.SetDefault("db.max_conns", 5); return viper.GetString("server.addr") }`,
    'go.mod': 'module example.com/shop',
    'main.go': `package main
import ("github.com/caarlos0/env/v11"; "example.com/shop/store")
type Config struct { Store store.Options \`envPrefix:"STORE_"\`
	Mail Mail \`envPrefix:"MAIL_"\` }
func main() { var c Config; env.Parse(&c) }`,
    'mail.go':
      'package main\ntype Mail struct { Host string `env:"HOST"`\n Deep Deep `envPrefix:"DEEP_"` }',
    'deep.go': 'package main\ntype Deep struct { Name string `env:"NAME"` }',
    'store/options.go': 'package store\ntype Options struct { Url string `env:"URL"` }',
  })
  expect(keys).toEqual([
    'MAIL_DEEP_NAME', 'MAIL_HOST', 'SHOP_*', 'SHOP_DB_MAX_CONNS', 'SHOP_SERVER_ADDR', 'STORE_URL',
  ]) // prettier-ignore
})

test('Spring: lists, maps and inherited fields of bound classes', async () => {
  const keys = await keysOf({
    'Shop.java': `@ConfigurationProperties("shop")
public class Shop {
  List<@Valid Server> servers = new ArrayList<>();
  Map<String, Pool> pools;
  List<String> names;
  public static class Base { String url; }
  public static class Server extends Base { String hostName; }
  public static class Pool { int size; }
}`,
  })
  expect(keys).toEqual([
    'SHOP_NAMES',
    'SHOP_POOLS_*_SIZE',
    'SHOP_SERVERS_*_HOSTNAME',
    'SHOP_SERVERS_*_URL',
  ])
})

test('.NET: classes of other files, arrays and properties with bodies; case does not count', async () => {
  const files = {
    'Shop.cs': `namespace Shop; public class ShopSettings {
  public IMail Mail { get; set; } = new MailSettings();
  public Account[] Accounts { get; set; } = [];
  public string Folder { get => build(folder); set => folder = value; }
  public string Computed { get { return "x"; } } }
public static class Start { static void Run(IConfiguration configuration, IServiceCollection services) {
  services.Configure<ShopSettings>(configuration.GetSection("Shop")); } }`,
    'Mail.cs':
      'namespace Shop; public class MailSettings : IMail { public string Host { get; set; } }',
    'Account.cs': 'namespace Shop; public class Account { public string Name { get; set; } }',
  }
  expect(await keysOf(files)).toEqual([
    'Shop__Accounts__*__Name',
    'Shop__Folder',
    'Shop__Mail__Host',
  ])
})

test('a declared key of another case is the one that .NET reads', () => {
  const location = { file: 'a', line: 1 }
  const keys = scanKeys({
    reads: [
      {
        key: 'Shop__Mail__Host', anyCase: true, template: false, tier: 'schema', language: 'csharp', location,
        component: '', phase: 'run',
      },
    ],
    declarations: [{ key: 'shop__mail__host', kind: 'sample', location, component: '' }],
    opaqueComponents: new Set(),
    componentOf: () => '',
  }) // prettier-ignore
  expect(keys.map(({ key, unread }) => [key, unread])).toEqual([['shop__mail__host', undefined]])
})

test('scripts: containers of Nest, classes that are filled, decorators, runtimeConfig of Nuxt', async () => {
  const keys = await keysOf({
    'main.ts': `import { ConfigService } from '@nestjs/config'
export async function main(app: App) { const config = app.get(ConfigService); config.get('FROM_CONTAINER') }`,
    'env.validation.ts': `import { plainToInstance } from 'class-transformer'
import { Variables } from './variables'
export function validate(config: Record<string, unknown>) { return plainToInstance(Variables, config) }`,
    'variables.ts': `export class Variables {
  @IsString()
  CLASS_ONE!: string

  CLASS_TWO: number = 3; other = 1
  static NOT_ONE = 2 }
export class Other { NOT_TWO = 1 }`,
    'decorated.ts': `class Database { @Env('DECORATED') host: string = ''; @Table('NOT_THREE') name = '' }`,
    'nuxt.config.ts': `export default defineNuxtConfig({ runtimeConfig: { apiSecret: '', public: { apiBase: '/api' } } })`,
  })
  expect(keys).toEqual([
    'CLASS_ONE', 'CLASS_TWO', 'DECORATED', 'FROM_CONTAINER', 'NUXT_API_SECRET', 'NUXT_PUBLIC_API_BASE',
  ]) // prettier-ignore
})

test('lists that are looped over in Kotlin, Java, Rust and C#', async () => {
  const keys = await keysOf({
    'k.kt': `val names = listOf("KT_ONE", "KT_TWO")
fun f() { names.forEach { System.getenv(it) }; for (n in listOf("KT_THREE")) { System.getenv(n) } }`,
    'J.java': `class J { static final String[] KEYS = {"JAVA_ONE"};
void f() { for (String key : KEYS) { System.getenv(key); } } }`,
    'r.rs': `const KEYS: [&str; 2] = ["RS_ONE", "RS_TWO"]; const OTHER: [&str; 1] = ["NOT_ONE"];
fn main() { for k in KEYS { std::env::var(k); } }`,
    'c.cs':
      'class C { void F() { foreach (var n in new[] { "CS_ONE" }) Environment.GetEnvironmentVariable(n); } }',
  })
  expect(keys).toEqual(['CS_ONE', 'JAVA_ONE', 'KT_ONE', 'KT_THREE', 'KT_TWO', 'RS_ONE', 'RS_TWO'])
})

test('functions of scripts that look up the name they get; flattened structs; attributes of Symfony', async () => {
  const keys = await keysOf({
    'entrypoint.sh': `file_env() {
	local var="$1"
	local val="\${!var:-}"
}
file_env 'SHELL_ONE'
file_env "SHELL_TWO" "default"
other 'NOT_ONE'
LAST="$(echo "$SHELL_THREE" | awk -F ':' '{print $NF}')"
case "$1" in *x) MODE=$1 ;; esac
echo $MODE`,
    'cfg.rs': `#[derive(Deserialize)] pub struct Cfg { pub host: String, #[serde(flatten)] pub jwt: Jwt, #[serde(flatten)] pub other: NotKnown }
#[derive(Deserialize)] pub struct Jwt { pub secret: String }
fn load() -> Cfg { Figment::new().merge(Env::prefixed("RS_")).extract::<Cfg>() }`,
    'S.php': `<?php class S { public function __construct(#[Autowire(env: 'int:PHP_ONE')] int $x) {} }`,
  })
  expect(keys.filter((it) => it !== 'RS_*')).toEqual([
    'PHP_ONE',
    'RS_HOST',
    'RS_SECRET',
    'SHELL_ONE',
    'SHELL_THREE',
    'SHELL_TWO',
  ])
})

test('accessors that the contract names', async () => {
  const keys = await keysOf({
    'config.contract.yaml':
      'version: 1\naccessors:\n  - acme.require\n  - { name: acme.shop, prefix: SHOP_ }\n',
    'a.ts': `import acme from 'acme'; acme.require('TS_KEY'); acme.shop('NAME'); acme.other('NOT_ONE')`,
    'b.py': 'import acme\nx = acme.require("PY_KEY", "d")\n',
    'B.java': 'class B { void a() { String s = acme.require("JAVA_KEY"); } }',
  })
  expect(keys).toEqual(['JAVA_KEY', 'PY_KEY', 'SHOP_NAME', 'TS_KEY'])
})

test('a file is known by its state, where nothing else changed either', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'aftergreen-cache-'))
  const state = { size: 3, mtimeMs: 1000, ctimeMs: 1000 }
  try {
    const first = await openFactsCache(folder, '/r', 'one')
    first.put('facts', emptyFacts('go'))
    first.remember('a.go', state, 'facts')
    first.remember('new.go', { ...state, ctimeMs: Date.now() }, 'facts')
    await first.save()
    const second = await openFactsCache(folder, '/r', 'one')
    expect(second.nameOf('a.go', state)).toBe('facts')
    expect(second.get('facts')).toEqual(emptyFacts('go'))
    expect(second.nameOf('a.go', { ...state, ctimeMs: 1001 })).toBeUndefined()
    expect(second.nameOf('new.go', state)).toBeUndefined()
    const other = await openFactsCache(folder, '/r', 'two')
    expect([other.nameOf('a.go', state), other.get('facts')]).toEqual([undefined, emptyFacts('go')])
  } finally {
    rmSync(folder, { recursive: true })
  }
})
