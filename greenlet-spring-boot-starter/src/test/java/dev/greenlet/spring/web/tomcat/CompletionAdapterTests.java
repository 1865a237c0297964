package dev.greenlet.spring.web.tomcat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.greenlet.spring.web.CompletionListener;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.connector.CoyoteAdapter;
import org.apache.coyote.Request;
import org.apache.coyote.Response;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockAsyncContext;
import org.springframework.mock.web.MockHttpServletRequest;

/** What breaks too late to be completed; the rest is tested with real connections. */
class CompletionAdapterTests {
  private final Connector connector = new Connector();
  private final Request request = new Request();
  private final org.apache.catalina.connector.Request servletRequest =
      connector.createRequest(request);
  private final CompletionAdapter adapter = new CompletionAdapter(new CoyoteAdapter(connector));
  private final AtomicInteger completions = new AtomicInteger();

  @Test
  void whoListensToARequestThatIsRecycledAsItIsIsTold() {
    request.setNote(CoyoteAdapter.ADAPTER_NOTES, servletRequest);
    listen();

    adapter.checkRecycled(request, new Response());

    assertThat(completions).hasValue(1);
  }

  @Test
  void aRequestThatHasEndedHasNobodyToTell() {
    request.setNote(CoyoteAdapter.ADAPTER_NOTES, servletRequest);
    listen();
    servletRequest.recycle();

    adapter.checkRecycled(request, new Response());

    assertThat(completions).hasValue(0);
  }

  @Test
  void aConnectionOnWhichNoRequestHasComeIsRecycledToo() {
    adapter.checkRecycled(request, new Response());

    assertThat(completions).hasValue(0);
  }

  private void listen() {
    AsyncContext context = new MockAsyncContext(new MockHttpServletRequest(), null);
    HttpServletRequest asynchronous =
        new HttpServletRequestWrapper(servletRequest) {
          @Override
          public AsyncContext getAsyncContext() {
            return context;
          }
        };
    new CompletionListener() {
      @Override
      protected void completed() {
        completions.incrementAndGet();
      }
    }.listenTo(asynchronous);
  }
}
