"""Addresses of surveys."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.web.surveys import alone, approaching, reading, waves

urlpatterns: list[URLPattern] = [
    path("", waves.waves, name="waves"),
    path("open/", waves.open_wave, name="open_wave"),
    path("approach/<uuid:approach_id>/interview/", approaching.begin, name="begin_interview"),
    path("approach/<uuid:approach_id>/link/", alone.make_link, name="make_fill_link"),
    path("<uuid:wave_id>/", waves.wave, name="wave"),
    path("<uuid:wave_id>/responses/", reading.responses, name="wave_responses"),
    path("response/<uuid:response_id>/", reading.response, name="response"),
    path("response/<uuid:response_id>/files/<int:number>/", reading.response_file, name="response_file"),
    path("<uuid:wave_id>/approach/", approaching.approach, name="approach"),
    path("<uuid:wave_id>/target/", waves.target, name="wave_target"),
    path("<uuid:wave_id>/close/", waves.close, name="close_wave"),
    path("<uuid:wave_id>/leave-out/", waves.leave_out, name="leave_out_response"),
    path("<uuid:wave_id>/take-in/", waves.take_in, name="take_in_response"),
    path("<uuid:wave_id>/withdraw/", approaching.withdraw, name="withdraw_response"),
]
