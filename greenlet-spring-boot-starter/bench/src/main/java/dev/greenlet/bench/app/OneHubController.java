package dev.greenlet.bench.app;

import dev.greenlet.spring.Greenlet;
import org.springframework.web.bind.annotation.RestController;

/** Handlers that run on one hub, one at a time. */
@RestController
@Greenlet
class OneHubController extends BlockingHandlers {
  OneHubController(Dependencies dependencies) {
    super(dependencies);
  }
}
