/**
 * What runs each hook, by its name in the module: a bundle imports those of the hooks it has, and
 * leaves the others behind.
 */
export {
  runAfterResponse as after_response,
  runAuditLog as audit_log,
  runBeforeRequest as before_request,
  runProcessEndpoint as process_endpoint,
} from "./run-exchange.ts";
export { runAuthenticate as authenticate, runAuthorize as authorize } from "./run-security.ts";
export {
  runGetMetrics as get_metrics,
  runHealthCheck as health_check,
  runLifecycle as cleanup,
  runLifecycle as config_reload,
  runLifecycle as initialize,
  runLifecycle as start,
  runLifecycle as stop,
  runOnSchedule as on_schedule,
  runReport as collect_metrics,
  runReport as generate_alerts,
  runReport as generate_report,
  runReport as track_event,
} from "./run-report.ts";
export {
  runOnCall as on_call,
  runOnEvent as on_event,
  runOnMessage as on_message,
} from "./run-message.ts";
