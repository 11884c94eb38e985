/** Where samples lie: a database that exists in memory alone, so that nothing is left of one when the engine stops. */
export const samplesDatabase = (database: string): string => `${database}_samples`
