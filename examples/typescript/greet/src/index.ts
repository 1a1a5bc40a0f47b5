import { greeting } from "./greeting";

interface Event {
  pathParameters?: { name?: string };
}

interface Response {
  statusCode: number;
  body: string;
}

export const handler = async (event: Event): Promise<Response> => {
  try {
    return { statusCode: 200, body: greeting(event.pathParameters?.name ?? "world") };
  } catch (error) {
    // With the source map the stack names lines of these files, not of the bundle.
    return { statusCode: 400, body: (error as Error).stack ?? "" };
  }
};
