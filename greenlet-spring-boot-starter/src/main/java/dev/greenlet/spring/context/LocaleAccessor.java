package dev.greenlet.spring.context;

import io.micrometer.context.ThreadLocalAccessor;
import java.util.Locale;
import java.util.TimeZone;
import org.jspecify.annotations.Nullable;
import org.springframework.context.i18n.LocaleContext;
import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.context.i18n.LocaleContextThreadLocalAccessor;
import org.springframework.context.i18n.SimpleLocaleContext;
import org.springframework.context.i18n.SimpleTimeZoneAwareLocaleContext;
import org.springframework.context.i18n.TimeZoneAwareLocaleContext;

/**
 * A thread-local accessor for the locale and the time zone of Spring's {@link LocaleContextHolder}.
 * Both are resolved when they are captured: a context that reads the request each time would fail
 * after the end of the request. It has the key of Spring's own accessor.
 *
 * <p>Thread-safe; each method concerns the calling thread.
 */
public final class LocaleAccessor implements ThreadLocalAccessor<LocaleContext> {

  /** Creates an accessor. */
  public LocaleAccessor() {}

  @Override
  public Object key() {
    return LocaleContextThreadLocalAccessor.KEY;
  }

  @Override
  public @Nullable LocaleContext getValue() {
    LocaleContext current = LocaleContextHolder.getLocaleContext();
    if (current == null) {
      return null;
    }
    Locale locale = current.getLocale();
    TimeZone timeZone =
        current instanceof TimeZoneAwareLocaleContext aware ? aware.getTimeZone() : null;
    return timeZone == null
        ? new SimpleLocaleContext(locale)
        : new SimpleTimeZoneAwareLocaleContext(locale, timeZone);
  }

  @Override
  public void setValue(LocaleContext value) {
    LocaleContextHolder.setLocaleContext(value);
  }

  @Override
  public void setValue() {
    LocaleContextHolder.resetLocaleContext();
  }
}
