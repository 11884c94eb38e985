export function findPostgresql(env?: NodeJS.ProcessEnv): string | null
