package dev.greenlet.spring.web.tomcat;

import org.apache.coyote.Adapter;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.coyote.http11.Http11Processor;

/** A processor of HTTP/1 whose requests know their connection. */
final class GreenletProcessor extends Http11Processor {

  GreenletProcessor(AbstractHttp11Protocol<?> protocol, Adapter adapter) {
    super(protocol, adapter);
    TomcatRequest.create(request, response, this::getSocketWrapper);
  }
}
