"""Models with ``from_attributes``: results made of instances of Django models and of query sets."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Optional

import pytest
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from pydantic import BaseModel, ConfigDict, Field

from adjax_jsonrpc.serializer import serializer
from tests.support.calls import CallError, a_gateway, call


class FromRow(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class GroupOut(FromRow):
    name: str


class TypeOut(FromRow):
    model: str


class PermissionOut(FromRow):
    codename: str
    content_type: TypeOut


class UserOut(FromRow):
    login: str = Field(validation_alias="username", serialization_alias="login")
    last_login: Optional[datetime]
    groups: list[GroupOut]
    user_permissions: list[PermissionOut] = []


class PlainOut(BaseModel):
    username: str


@pytest.fixture
def ada(db):
    user = User.objects.create(
        username="ada", last_login=datetime(2026, 11, 22, tzinfo=timezone.utc)
    )
    user.groups.add(Group.objects.create(name="editors"))
    user.user_permissions.create(
        codename="read", content_type=ContentType.objects.get_for_model(Group)
    )
    return user


ADA = {
    "login": "ada",
    "last_login": {"__type__": "datetime", "value": "2026-11-22T00:00:00+00:00"},
    "groups": [{"name": "editors"}],
    "user_permissions": [{"codename": "read", "content_type": {"model": "group"}}],
}


def result(annotation, value):
    def f(request):
        return value

    f.__annotations__["return"] = annotation
    return call(a_gateway(f, serializer=serializer), "t.f")


def test_a_row_with_its_related_rows(ada):
    assert result(UserOut, ada) == ADA
    assert result(Optional[UserOut], ada) == ADA
    assert result(dict[str, UserOut], {"a": ada}) == {"a": ADA}


def test_a_query_set_is_a_list_of_models(ada):
    assert result(list[UserOut], User.objects.all()) == [ADA]
    assert result(list[UserOut], [ada]) == [ADA]
    assert result(Optional[list[GroupOut]], ada.groups.all()) == [{"name": "editors"}]


def test_a_row_is_not_sent_without_from_attributes(ada):
    for annotation in (PlainOut, dict):
        with pytest.raises(CallError) as caught:
            result(annotation, ada)
        assert caught.value.code == -32603
