/** Evaluations of feature flags in stored telemetry, by the conventions of OpenTelemetry. */
import type { Store } from '../../../store/store.ts'

export interface SeenEvaluation {
  flag: string
  /** `deployment.environment.name`; '' where the telemetry carries none. */
  environment: string
  /** '' where neither a variant nor a boolean was told. */
  variant: string
  count: number
  /** `targeting_match`, `default`, `error` …; at most 20. */
  reasons: string[]
  providers: string[]
  /** ISO 8601 */
  firstSeen: string
  lastSeen: string
}

/** As JSON it is a file for `--evidence`, too (see `parseEvidence`). */
export interface SeenEvaluations {
  /**
   * From when on evaluations were recorded in every environment that has any: what was asked for, or later where the
   * first one ever seen came later.
   */
  since: string
  until: string
  evaluations: SeenEvaluation[]
  /** False where there were more than the limit. */
  complete: boolean
}

export interface EvaluationFilter {
  /** Left out: all of them. */
  environment?: string
  /** ms since 1970; from <= time < to */
  from: number
  to: number
}

const mostRows = 10_000
/** Whoever recorded evaluations this long before the asked time has recorded them from it on. */
const dayMillis = 86_400_000
const eventNames = ['feature_flag.evaluation', 'feature_flag']

/**
 * Counts evaluations by flag, variant and environment: log records and events of spans that carry `feature_flag.key`.
 * Conventions of OpenTelemetry 1.44, "Semantic conventions for feature flags in logs"; `feature_flag.variant` and the
 * event `feature_flag` are the names of earlier ones.
 * @throws ENGINE_UNAVAILABLE, ENGINE_QUERY
 */
export async function seenEvaluations(
  store: Pick<Store, 'query' | 'relation' | 'relations'>,
  { environment, from, to }: EvaluationFilter,
): Promise<SeenEvaluations> {
  const parameters = {
    from,
    to,
    before: from - dayMillis,
    environment: environment ?? '',
    events: eventNames,
  }
  const seen = evaluationsQuery(store, environment !== undefined)
  const [rows, begun] = await Promise.all([
    store.query<Row>(
      `SELECT flag, variant, env, sum(weight) AS evaluations,
         groupUniqArrayIf(20)(reason, reason != '') AS reasons,
         groupUniqArrayIf(20)(provider, provider != '') AS providers,
         toUnixTimestamp64Milli(min(at)) AS first, toUnixTimestamp64Milli(max(at)) AS last
       FROM (${seen}) WHERE at >= fromUnixTimestamp64Milli({from: Int64}, 'UTC')
       GROUP BY flag, variant, env
       ORDER BY flag, env, variant LIMIT ${mostRows + 1}`,
      parameters,
    ),
    store.query<{ env: string; first: number }>(
      `SELECT env, toUnixTimestamp64Milli(min(at)) AS first FROM (${seen})
       GROUP BY env LIMIT ${mostRows}`,
      parameters,
    ),
  ])
  return {
    since: iso(Math.max(from, ...begun.map(({ first }) => first))),
    until: iso(to),
    evaluations: rows.slice(0, mostRows).map((row) => ({
      flag: row.flag,
      environment: row.env,
      variant: row.variant,
      count: Math.max(1, Math.round(row.evaluations)),
      reasons: row.reasons.toSorted(),
      providers: row.providers.toSorted(),
      firstSeen: iso(row.first),
      lastSeen: iso(row.last),
    })),
    complete: rows.length <= mostRows,
  }
}

interface Row {
  flag: string
  variant: string
  env: string
  evaluations: number
  reasons: string[]
  providers: string[]
  first: number
  last: number
}

/** Rows `(flag, variant, reason, provider, env, at, weight)`, a row an evaluation. */
function evaluationsQuery(
  store: Pick<Store, 'relation' | 'relations'>,
  isOneEnvironment: boolean,
): string {
  const log = (key: string): string => store.relations.attribute('logs', key, 'string')
  const value = store.relations.attribute('logs', 'feature_flag.result.value', 'bool')
  const event = (key: string): string => `JSONExtractString(attributes, '${key}')`
  const span = (key: string): string => `nullIf(${event(key)}, '')`
  // the tables of others keep every attribute as text
  const written = `replaceAll(JSONExtractRaw(attributes, 'feature_flag.result.value'), '"', '')`
  const inScope = `time >= fromUnixTimestamp64Milli({before: Int64}, 'UTC')
    AND time < fromUnixTimestamp64Milli({to: Int64}, 'UTC')
    ${isOneEnvironment ? 'AND environment = {environment: String}' : ''}`
  return `
    SELECT ifNull(${log('feature_flag.key')}, '') AS flag,
      coalesce(${log('feature_flag.result.variant')}, ${log('feature_flag.variant')},
        if(${value} IS NULL, NULL, if(assumeNotNull(${value}), 'true', 'false')), '') AS variant,
      lower(coalesce(${log('feature_flag.result.reason')}, ${log('feature_flag.evaluation.reason')}, '')) AS reason,
      coalesce(${log('feature_flag.provider.name')}, ${log('feature_flag.provider_name')}, '') AS provider,
      toString(environment) AS env, time AS at, toFloat64(1) AS weight
    FROM ${store.relation('logs')}
    WHERE ${inScope} AND flag != ''
    UNION ALL
    SELECT ${event('feature_flag.key')} AS flag,
      coalesce(${span('feature_flag.result.variant')}, ${span('feature_flag.variant')},
        if(${written} IN ('true', 'false'), ${written}, NULL), '') AS variant,
      lower(coalesce(${span('feature_flag.result.reason')}, ${span('feature_flag.evaluation.reason')}, '')) AS reason,
      coalesce(${span('feature_flag.provider.name')}, ${span('feature_flag.provider_name')}, '') AS provider,
      env, at, weight
    FROM (
      SELECT toString(environment) AS env, time AS at, weight,
        arrayJoin(arrayFilter((a, name) -> has({events: Array(String)}, name), event_attributes, event_name)) AS attributes
      FROM ${store.relation('traces')}
      WHERE ${inScope} AND hasAny(event_name, {events: Array(String)})
    )
    WHERE flag != ''`
}

const iso = (at: number): string => new Date(at).toISOString()
