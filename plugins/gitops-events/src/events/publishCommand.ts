/** Brings one event in; shown where there is none yet. */
export const publishCommand = `curl -X POST "$BACKSTAGE/api/gitops-events/v1/events" \\
  -H "Authorization: Bearer $TOKEN" \\
  -H "Content-Type: application/cloudevents+json" \\
  -d '{"specversion":"1.0","id":"1","source":"registry",
       "type":"io.example.image.pushed","data":{"tag":"1.0.0"}}'`;
