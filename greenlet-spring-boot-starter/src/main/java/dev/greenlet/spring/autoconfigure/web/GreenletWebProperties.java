package dev.greenlet.spring.autoconfigure.web;

import dev.greenlet.spring.web.scope.ChildPolicy;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of requests. Immutable.
 *
 * @param scope Which controllers run on hubs: those with the annotation, or all controllers of the
 *     application.
 * @param hubNames Names of hubs that annotations may use, in the order of the hubs. If there are
 *     none, any name is allowed.
 * @param exclusive Exclusive requests.
 * @param maxLive Maximum number of active requests. Unlimited by default.
 * @param queueSize Maximum number of requests queued for admission. The limit of active requests by
 *     default.
 * @param queueTimeout Time that a request may be queued for admission.
 * @param alwaysAdmit Ant-style patterns of paths that are admitted regardless of the load, in
 *     addition to the management endpoints.
 * @param limit How the limit of active requests is determined. 'aimd' adapts it to the latency,
 *     between 1 and 'max-live'; a bean of type AimdLimit sets other bounds.
 * @param timeout Time that a request may take, from the filters on, unless the annotation of its
 *     handler sets another. Does not end asynchronous responses that have already started. No limit
 *     by default.
 * @param children What happens to the greenlets that a request has spawned when it ends.
 * @param interruptAfter Time that a cancelled request may wait outside of a switch point before it
 *     is interrupted, together with the greenlets that it has spawned. Never by default: an
 *     interrupt closes a socket that is in use.
 * @param disconnectCheck Interval between two checks of the clients of waiting requests.
 */
@ConfigurationProperties("greenlet.web")
record GreenletWebProperties(
    @DefaultValue("annotated") Scope scope,
    @DefaultValue List<String> hubNames,
    @DefaultValue Exclusive exclusive,
    @Nullable Integer maxLive,
    @Nullable Integer queueSize,
    @DefaultValue("1s") Duration queueTimeout,
    @DefaultValue List<String> alwaysAdmit,
    @DefaultValue("fixed") Limit limit,
    @Nullable Duration timeout,
    @DefaultValue("join") ChildPolicy children,
    @Nullable Duration interruptAfter,
    @DefaultValue("250ms") Duration disconnectCheck) {

  /** Which controllers run on hubs. */
  enum Scope {
    /** Controllers with the annotation. */
    ANNOTATED,
    /** All controllers of the application. */
    ALL
  }

  /** How the limit of active requests is determined. */
  enum Limit {
    /** Always 'max-live'. */
    FIXED,
    /** Additive increase, multiplicative decrease, by Netflix' concurrency-limits. */
    AIMD
  }

  /**
   * Properties of exclusive requests.
   *
   * @param maxWaiting Maximum number of requests queued for the turn of one key. Further requests
   *     are rejected with 503.
   */
  record Exclusive(@DefaultValue("1000") int maxWaiting) {}
}
