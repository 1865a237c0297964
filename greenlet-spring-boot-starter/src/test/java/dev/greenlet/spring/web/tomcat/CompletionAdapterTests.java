package dev.greenlet.spring.web.tomcat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.greenlet.spring.web.OpenRequests;
import dev.greenlet.spring.web.RequestLifecycle;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.connector.CoyoteAdapter;
import org.apache.coyote.Request;
import org.apache.coyote.Response;
import org.junit.jupiter.api.Test;

/** Requests that fail too late to be completed; the rest is tested with real connections. */
class CompletionAdapterTests {
  private final Request request = new Request();
  private final Response response = new Response();
  private final CompletionAdapter adapter =
      new CompletionAdapter(new CoyoteAdapter(new Connector()));
  private final AtomicInteger ends = new AtomicInteger();

  @Test
  void aRequestThatIsOpenWhenItIsRecycledEnds() {
    open();

    adapter.checkRecycled(request, response);

    assertThat(ends).hasValue(1);
  }

  @Test
  void aRequestThatHasEndedDoesNotEndAgain() {
    RequestLifecycle ended = open();
    TomcatRequest.of(request, response).end();
    ended.onEnd(ends::incrementAndGet);
    assertThat(ends).hasValue(2);

    adapter.checkRecycled(request, response);

    assertThat(ends).hasValue(2);
  }

  @Test
  void aConnectionWithoutRequestsIsRecycledToo() {
    adapter.checkRecycled(request, response);

    assertThat(ends).hasValue(0);
  }

  private RequestLifecycle open() {
    TomcatRequest view = TomcatRequest.of(request, response);
    RequestLifecycle lifecycle = OpenRequests.open(view);
    view.connect(lifecycle);
    lifecycle.onEnd(ends::incrementAndGet);
    return lifecycle;
  }
}
