// A function without dependencies: it asks Lambda's runtime interface for one event after another, and answers each.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
)

// The part of API Gateway's event that is used.
type event struct {
	PathParameters map[string]string `json:"pathParameters"`
}

// The response that API Gateway sends to the caller.
type response struct {
	StatusCode int    `json:"statusCode"`
	Body       string `json:"body"`
}

func handle(asked event) response {
	name := asked.PathParameters["name"]
	if name == "" {
		name = "world"
	}
	return response{StatusCode: http.StatusOK, Body: "Hello " + name + " from Go"}
}

func main() {
	invocations := "http://" + os.Getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/invocation/"
	for {
		if err := next(invocations); err != nil {
			log.Fatal(err)
		}
	}
}

// next answers one event.
func next(invocations string) error {
	asked, err := http.Get(invocations + "next")
	if err != nil {
		return err
	}
	defer asked.Body.Close()
	id := asked.Header.Get("Lambda-Runtime-Aws-Request-Id")
	body, err := io.ReadAll(asked.Body)
	if err != nil {
		return err
	}
	var of event
	if err := json.Unmarshal(body, &of); err != nil {
		return send(invocations+id+"/error", map[string]string{"errorType": "Event", "errorMessage": err.Error()})
	}
	return send(invocations+id+"/response", handle(of))
}

func send(to string, what any) error {
	body, err := json.Marshal(what)
	if err != nil {
		return err
	}
	answer, err := http.Post(to, "application/json", bytes.NewReader(body))
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode >= 300 {
		return fmt.Errorf("the runtime interface answers %s", answer.Status)
	}
	return nil
}
