/** What is said to somebody. */
export function greeting(name: string): string {
  if (name === "nobody") {
    throw new Error("nobody is there");
  }
  return `Hello ${name} from TypeScript`;
}
