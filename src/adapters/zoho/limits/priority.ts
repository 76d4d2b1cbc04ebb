/**
 * What a call is for, in the order in which calls are let through:
 *
 * - `rollback` a delete or a look-up: the fewer wait, the less can be left behind.
 * - `forward`  a create of a sale that has begun.
 * - `new`      a read of a sale that is beginning, or for a caller who only asks.
 * - `retry`    a delete or a look-up that has failed before.
 */
export type Urgency = 'rollback' | 'forward' | 'new' | 'retry'
