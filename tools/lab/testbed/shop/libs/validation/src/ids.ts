import * as z from 'zod/mini';

export const CustomerId = z.uuidv7().check(z.toLowerCase()).brand<'CustomerId'>();
export type CustomerId = z.output<typeof CustomerId>;

export const OrderId = z.uuidv7().check(z.toLowerCase()).brand<'OrderId'>();
export type OrderId = z.output<typeof OrderId>;
